/** Properties of a field that say what is wrong with it. */
export const faultOf = (
  message: string | undefined,
): { error?: true; validationMessage?: string } =>
  message === undefined ? {} : { error: true, validationMessage: message };
