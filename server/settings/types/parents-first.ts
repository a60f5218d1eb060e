/**
 * Returns types in an order in which each comes after those that its records belong to; types that don't depend on each
 * other keep their order. Throws if a type belongs to itself, directly or through others.
 */
export function parentsFirst<Type>(
  types: readonly Type[],
  kinds: readonly { readonly from: Type; readonly to: Type }[],
): readonly Type[] {
  const ordered: Type[] = [];
  const visit = (type: Type, children: readonly Type[]): void => {
    if (children.includes(type))
      throw new Error(`The type ${String(type)} belongs to itself.`);
    if (ordered.includes(type)) return;
    for (const { from, to } of kinds)
      if (from === type) visit(to, [...children, type]);
    ordered.push(type);
  };
  for (const type of types) visit(type, []);
  return ordered;
}
