/** One of HubSpot's options of a property. */
export type NamedOption = { readonly value: string; readonly label: string };

/** Pairs for a mapping by options, and what has no counterpart by name. */
export type OptionSuggestion = {
  readonly pairs: readonly {
    readonly workspace: string;
    readonly hubspot: string;
  }[];
  readonly unmapped: {
    readonly workspace: readonly string[];
    readonly hubspot: readonly NamedOption[];
  };
};

/**
 * Pairs the workspace's values with HubSpot's options of the same name: by value, otherwise by label, whatever their case
 * and surrounding space. Several values can lead to one option (BN-106). The first pair of an option is the one that a pull
 * uses, so that the value whose spelling is the option's own or its label's comes first. Pure.
 * @param values of the workspace's field, each once; where the field has options of its own, these, whose labels count, too
 */
export function suggestOptions(
  values: readonly (string | NamedOption)[],
  options: readonly NamedOption[],
): OptionSuggestion {
  const candidates = values.map((value) =>
    typeof value === "string" ? { value, label: "" } : value,
  );
  const byValue = firstBy(options, ({ value }) => folded(value));
  const byLabel = firstBy(options, ({ label }) => folded(label));
  const matched = candidates.flatMap(({ value: workspace, label }) => {
    const [option] = [workspace, label].flatMap((name) => {
      const plain = folded(name);
      return plain === ""
        ? []
        : (byValue.get(plain) ?? byLabel.get(plain) ?? []);
    });
    return option === undefined ? [] : [{ workspace, option }];
  });
  const isExact = ({ workspace, option }: (typeof matched)[number]): boolean =>
    workspace === option.value || workspace === option.label;
  const pairs = [
    ...matched.filter(isExact),
    ...matched.filter((match) => !isExact(match)),
  ].map(({ workspace, option }) => ({ workspace, hubspot: option.value }));
  const found = {
    workspace: new Set(pairs.map(({ workspace }) => workspace)),
    hubspot: new Set(pairs.map(({ hubspot }) => hubspot)),
  };
  return {
    pairs,
    unmapped: {
      workspace: candidates
        .map(({ value }) => value)
        .filter((value) => !found.workspace.has(value)),
      hubspot: options.filter(({ value }) => !found.hubspot.has(value)),
    },
  };
}

const folded = (name: string): string =>
  name.normalize("NFKC").trim().toLowerCase();

function firstBy(
  options: readonly NamedOption[],
  nameOf: (option: NamedOption) => string,
): ReadonlyMap<string, NamedOption> {
  const named = new Map<string, NamedOption>();
  for (const option of options) {
    const name = nameOf(option);
    if (name !== "" && !named.has(name)) named.set(name, option);
  }
  return named;
}
