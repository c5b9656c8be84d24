/** @file Noise schedules of diffusion: alphaBar_t, t = 0..T-1, the share of signal variance left after step t. */

export type ScheduleKind = 'linear' | 'cosine';

/** Ho et al. 2020, section 4: beta from 1e-4 to 0.02 over 1,000 steps (scaled to T). Nichol & Dhariwal 2021, eq. 17: cosine, s = 0.008, beta at most 0.999. -> [T] in (0, 1), falling */
export function alphaBars(kind: ScheduleKind, steps: number): Float64Array {
  const out = new Float64Array(steps);
  let product = 1;
  for (let t = 0; t < steps; t++) {
    product *= 1 - beta(kind, steps, t);
    out[t] = product;
  }
  return out;
}

function beta(kind: ScheduleKind, steps: number, t: number): number {
  if (kind === 'linear') {
    const scale = 1000 / steps;
    return Math.min(0.999, scale * (1e-4 + ((0.02 - 1e-4) * t) / Math.max(1, steps - 1)));
  }
  const f = (u: number) => Math.cos((((u / steps + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Math.min(0.999, 1 - f(t + 1) / f(t));
}
