/** @file How well predicted labels and class scores hold. */

/** Share of `predicted` that equals `labels`. @throws RangeError where the two differ in length or are empty */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (predicted.length !== labels.length || labels.length === 0) throw new RangeError(`${predicted.length} predictions for ${labels.length} labels`);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predicted[i] === labels[i]) right++;
  return right / labels.length;
}

/** The class of largest softmax probability in each row of `logits` [N, classes], and that probability. */
export function topClasses(logits: Float32Array, classes: number): { labels: Int32Array; probabilities: Float32Array } {
  const count = logits.length / classes;
  if (!Number.isInteger(count)) throw new RangeError(`${logits.length} logits in rows of ${classes}`);
  const labels = new Int32Array(count);
  const probabilities = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    let best = 0;
    for (let c = 1; c < classes; c++) if (row[c] > row[best]) best = c;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(row[c] - row[best]);
    labels[n] = best;
    probabilities[n] = 1 / sum;
  }
  return { labels, probabilities };
}

/** Share of rows of `logits` [N, classes] whose largest softmax probability exceeds `threshold`. */
export function confidentShare(logits: Float32Array, classes: number, threshold: number): number {
  const { probabilities } = topClasses(logits, classes);
  return probabilities.reduce((sum, p) => sum + (p > threshold ? 1 : 0), 0) / probabilities.length;
}
