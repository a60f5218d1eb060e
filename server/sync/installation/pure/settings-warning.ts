/** A place in a document of settings, and what about it won't work in HubSpot as it is now. */
export type SettingsWarning = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};
