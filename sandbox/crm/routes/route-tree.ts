import { decodeSegment } from "../../http/decode-segment.ts";
import type { Route, RouteMatch } from "../call.ts";

type Node = {
  readonly fixed: Map<string, Node>;
  open: Node | undefined;
  route: Route | undefined;
  names: readonly string[];
};

/** Finds routes by method and path, a step a segment; a fixed segment wins over a named one. */
export class RouteTree {
  private readonly roots = new Map<string, Node>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.add(route);
  }

  match(method: string, path: string): RouteMatch | undefined {
    const root = this.roots.get(method);
    if (root === undefined) return undefined;
    const segments = split(path);
    const values: string[] = [];
    const node = walk(root, segments, 0, values);
    if (node?.route === undefined) return undefined;
    const params: Record<string, string> = {};
    for (const [index, name] of node.names.entries())
      params[name] = decodeSegment(values[index] ?? "");
    return { route: node.route, params };
  }

  private add(route: Route): void {
    let node = this.roots.get(route.method);
    if (node === undefined) {
      node = newNode();
      this.roots.set(route.method, node);
    }
    const names: string[] = [];
    for (const segment of split(route.template)) {
      if (segment.startsWith("{")) {
        names.push(segment.slice(1, -1));
        node.open ??= newNode();
        node = node.open;
      } else {
        let next = node.fixed.get(segment);
        if (next === undefined) {
          next = newNode();
          node.fixed.set(segment, next);
        }
        node = next;
      }
    }
    node.route = route;
    node.names = names;
  }
}

function newNode(): Node {
  return { fixed: new Map(), open: undefined, route: undefined, names: [] };
}

function walk(
  node: Node,
  segments: readonly string[],
  at: number,
  values: string[],
): Node | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.route === undefined ? undefined : node;
  const fixed = node.fixed.get(segment);
  if (fixed !== undefined) {
    const found = walk(fixed, segments, at + 1, values);
    if (found !== undefined) return found;
  }
  if (node.open === undefined) return undefined;
  values.push(segment);
  const found = walk(node.open, segments, at + 1, values);
  if (found === undefined) values.pop();
  return found;
}

/** Segments between slashes; one slash at the end counts for nothing, since HubSpot's own client sends one. */
function split(path: string): string[] {
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  return path.slice(1, end).split("/");
}
