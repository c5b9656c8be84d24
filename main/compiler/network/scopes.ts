/** @file Scopes of a network told by the names in an ONNX file: dots or slashes between modules, as the makers of files write them. */

/** From the outermost to the innermost. */
export type Scope = readonly string[];

/** Begins the names of our own parameters. */
const ownPrefix = 'param/';

export const isOwnParameter = (name: string): boolean => name.startsWith(ownPrefix);

/** Of a stored tensor: 'param/down.0.norm.scale' and 'down.0.norm.scale' -> down, 0, norm. undefined for names made up by exporters: 'onnx::Conv_12'. */
export function scopeOfTensor(name: string): Scope | undefined {
  if (name.includes('::')) return undefined;
  const parts = (isOwnParameter(name) ? name.slice(ownPrefix.length) : name).split(/[./]/).filter((part) => part !== '');
  return parts.length > 1 ? parts.slice(0, -1) : undefined;
}

/** Of a node: PyTorch's '/down/down.0/conv/Conv' -> down, 0, conv (a child of a sequence repeats its parent's name); Keras's 'model/dense/MatMul' -> model, dense. */
export function scopeOfNode(name: string): Scope | undefined {
  const separator = name.includes('/') ? '/' : '.';
  const parts = name.split(separator).filter((part) => part !== '').slice(0, -1);
  const scope = parts.flatMap((part, i) => {
    const own = i > 0 && part.startsWith(`${parts[i - 1]}.`) ? part.slice(parts[i - 1].length + 1) : part;
    return own.split('.');
  });
  return scope.length > 0 ? scope : undefined;
}

/** What all have in front. */
export function commonScope(scopes: readonly Scope[]): Scope {
  const [first = [], ...others] = scopes;
  const length = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return length < 0 ? first : first.slice(0, length);
}

/** Names a scope among others: no name has this letter. */
export const keyOf = (scope: Scope): string => scope.join('\u0000');
