/**
 * When the card looks again by itself: pauses in milliseconds, the most looks at one thing, and how often it asks after
 * a press.
 */
export type Pace = {
  firstPause: number;
  longestPause: number;
  looks: number;
  asks: number;
  settling: number;
};

/**
 * A run is followed for about five minutes, and a press, whose every question the server keeps for up to nine seconds,
 * for two; after that the person asks.
 */
export const usualPace: Pace = {
  firstPause: 1_000,
  longestPause: 5_000,
  looks: 64,
  asks: 12,
  settling: 1_500,
};
