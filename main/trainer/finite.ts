/** @file Finds what is no longer a number. */

/** x - x is 0 for finite x and NaN otherwise, and NaN stays NaN in a sum: one pass without branches. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
  return sum === 0;
}

/** The first tensor, in the map's order, that holds NaN or infinity. */
export function firstNonFinite(tensors: ReadonlyMap<string, Float32Array>): string | undefined {
  for (const [name, values] of tensors) if (!allFinite(values)) return name;
  return undefined;
}
