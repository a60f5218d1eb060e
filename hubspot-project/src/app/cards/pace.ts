/**
 * How often the card polls by itself: pauses in milliseconds, the most polls of one run, and the most requests for one
 * click.
 */
export type Pace = {
  firstPause: number;
  longestPause: number;
  maxPolls: number;
  maxResends: number;
  debounce: number;
};

/**
 * The card follows a run for about five minutes, and a click for about two, because the server keeps each request for up
 * to nine seconds. After that, the person can check again.
 */
export const usualPace: Pace = {
  firstPause: 1_000,
  longestPause: 5_000,
  maxPolls: 64,
  maxResends: 12,
  debounce: 1_500,
};
