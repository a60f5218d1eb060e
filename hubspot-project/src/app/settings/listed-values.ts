/** A list of values as one text: separated by commas, and in double quotes where a value has a comma itself. Pure. */

/** What a person is told of it. */
export const LISTED =
  'Separate values with commas. Put a value that has a comma in quotes: "Sales, EMEA".';

/**
 * Returns the values of a text, without blanks around them. In quotes, a value stays as it is, and two quotes are one. Quotes
 * that aren't closed yet reach to the end.
 */
export function valuesIn(text: string): string[] {
  const values: string[] = [];
  let value = "";
  let isQuoted = false;
  let isOpen = false;
  const end = () => {
    const found = isQuoted ? value : value.trim();
    if (found !== "") values.push(found);
    value = "";
    isQuoted = false;
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (isOpen) {
      if (sign !== '"') value += sign;
      else if (text[at + 1] === '"') {
        value += '"';
        at++;
      } else isOpen = false;
    } else if (sign === ",") end();
    else if (sign === '"' && !isQuoted && value.trim() === "") {
      value = "";
      isQuoted = true;
      isOpen = true;
    } else if (!isQuoted || sign.trim() !== "") value += sign;
  }
  end();
  return values;
}

/** Returns the text that has these values. */
export const textOf = (values: readonly string[]): string =>
  values
    .map((value) =>
      value.includes(",") || value.startsWith('"') || value.trim() !== value
        ? `"${value.replaceAll('"', '""')}"`
        : value,
    )
    .join(", ");
