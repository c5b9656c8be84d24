/** @file Principal components (Pearson 1901, Hotelling 1933): the directions along which points vary most. */

import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix';
import { LabError } from '../../preload/contract/errors';
import { randomStream } from '../platform/random';

export interface Pca {
  dims: number;
  /** [dims] */
  mean: Float64Array;
  /** [K, dims]: unit rows, by falling variance; each one's entry of largest magnitude is positive. */
  components: Float64Array;
  /** [K]: variance along each component, over n - 1. */
  explainedVariance: Float64Array;
  /** [K]: its share of the variance in all directions; 0 where there is none. */
  explainedRatio: Float64Array;
}

/** Up to here the whole covariance is decomposed. */
const largestExact = 512;

/**
 * The first components of `data` [N, dims]: exactly from the covariance up to 512 dimensions, beyond by randomised subspace iteration
 * (Halko, Martinsson and Tropp 2011), which is exact to about 1e-6 where the spectrum falls.
 * @param wanted how many components; lowered to what N and dims allow
 * @throws LabError 'pca-too-few-points' for fewer than 2, 'latents-not-finite' for a NaN or an infinity
 */
export function fitPca(data: Float32Array, dims: number, wanted: number, seed = 0): Pca {
  const count = data.length / dims;
  if (!Number.isInteger(count)) throw new RangeError(`${data.length} numbers in rows of ${dims}`);
  if (count < 2) throw new LabError('pca-too-few-points', { got: count, least: 2 });
  const mean = meanRow(data, dims);
  const components = Math.min(wanted, dims, count - 1);
  const { vectors, values, total } = dims <= largestExact ? exact(data, mean, components) : randomised(data, mean, components, seed);
  for (let k = 0; k < components; k++) faceForward(vectors.subarray(k * dims, (k + 1) * dims));
  return {
    dims,
    mean,
    components: vectors,
    explainedVariance: values,
    explainedRatio: values.map((value) => (total > 0 ? value / total : 0)),
  };
}

/** Coordinates of `data` [N, dims] along the components: [N, K]. */
export function projectPca(pca: Pca, data: Float32Array): Float32Array {
  const { dims, mean, components } = pca;
  const rank = pca.explainedVariance.length;
  const count = data.length / dims;
  const coordinates = new Float32Array(count * rank);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < rank; k++) {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += (data[n * dims + d] - mean[d]) * components[k * dims + d];
      coordinates[n * rank + k] = sum;
    }
  }
  return coordinates;
}

interface Spectrum {
  /** [K, dims] */
  vectors: Float64Array;
  values: Float64Array;
  /** Trace of the covariance. */
  total: number;
}

function exact(data: Float32Array, mean: Float64Array, components: number): Spectrum {
  const dims = mean.length;
  const covariance = covarianceOf(data, mean);
  const decomposition = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const spectrum = leading(decomposition, components);
  return { vectors: spectrum.rows(dims), values: spectrum.values, total: covariance.trace() };
}

/**
 * Rayleigh-Ritz on an orthonormal basis V [dims, L] of a random subspace that powers of the covariance C have turned towards its leading eigenvectors:
 * V <- qr(C V), then the eigenvectors of V^T C V, carried back by V. C itself is never formed: C V = sum over rows x of x (x^T V) / (n - 1).
 */
function randomised(data: Float32Array, mean: Float64Array, components: number, seed: number): Spectrum {
  const dims = mean.length;
  const width = Math.min(dims, components + 10);
  const start = new Float32Array(dims * width);
  randomStream(seed, 'pca', 0).fillNormal(start);
  let basis = new QrDecomposition(Matrix.from1DArray(dims, width, start)).orthogonalMatrix;
  const { times, total } = covarianceProduct(data, mean);
  for (let power = 0; power < 8; power++) basis = new QrDecomposition(times(basis)).orthogonalMatrix;
  const projected = basis.transpose().mmul(times(basis));
  const decomposition = new EigenvalueDecomposition(symmetric(projected), { assumeSymmetric: true });
  const small = leading(decomposition, components);
  const carried = basis.mmul(small.columns()).transpose();
  return { vectors: Float64Array.from(carried.to1DArray()), values: small.values, total };
}

function meanRow(data: Float32Array, dims: number): Float64Array {
  const mean = new Float64Array(dims);
  for (let at = 0; at < data.length; at += dims) for (let d = 0; d < dims; d++) mean[d] += data[at + d];
  for (let d = 0; d < dims; d++) {
    mean[d] /= data.length / dims;
    if (!Number.isFinite(mean[d])) throw new LabError('latents-not-finite', { dimension: d });
  }
  return mean;
}

/** C = sum (x - mean)(x - mean)^T / (n - 1), four rows at a time so that C is read and written a quarter as often. */
function covarianceOf(data: Float32Array, mean: Float64Array): Matrix {
  const dims = mean.length;
  const count = data.length / dims;
  const sums = new Float64Array(dims * dims);
  const rows = new Float64Array(4 * dims);
  for (let first = 0; first < count; first += 4) {
    rows.fill(0);
    const held = Math.min(4, count - first);
    for (let r = 0; r < held; r++) for (let d = 0; d < dims; d++) rows[r * dims + d] = data[(first + r) * dims + d] - mean[d];
    for (let i = 0; i < dims; i++) {
      const a = rows[i];
      const b = rows[dims + i];
      const c = rows[2 * dims + i];
      const e = rows[3 * dims + i];
      const at = i * dims;
      for (let j = i; j < dims; j++) sums[at + j] += a * rows[j] + b * rows[dims + j] + c * rows[2 * dims + j] + e * rows[3 * dims + j];
    }
  }
  const covariance = new Matrix(dims, dims);
  for (let i = 0; i < dims; i++) {
    for (let j = i; j < dims; j++) {
      const value = sums[i * dims + j] / (count - 1);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  return covariance;
}

function covarianceProduct(data: Float32Array, mean: Float64Array): { times(basis: Matrix): Matrix; total: number } {
  const dims = mean.length;
  const count = data.length / dims;
  let total = 0;
  for (let at = 0; at < data.length; at += dims) for (let d = 0; d < dims; d++) total += (data[at + d] - mean[d]) ** 2;
  const times = (basis: Matrix): Matrix => {
    const width = basis.columns;
    const flat = Float64Array.from(basis.to1DArray());
    const sums = new Float64Array(dims * width);
    const inner = new Float64Array(width);
    for (let at = 0; at < data.length; at += dims) {
      inner.fill(0);
      for (let d = 0, row = 0; d < dims; d++, row += width) {
        const x = data[at + d] - mean[d];
        for (let l = 0; l < width; l++) inner[l] += x * flat[row + l];
      }
      for (let d = 0, row = 0; d < dims; d++, row += width) {
        const x = data[at + d] - mean[d];
        for (let l = 0; l < width; l++) sums[row + l] += x * inner[l];
      }
    }
    return Matrix.from1DArray(dims, width, sums).div(count - 1);
  };
  return { times, total: total / (count - 1) };
}

/** Rounding leaves V^T C V not quite symmetric. */
function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** The `components` largest eigenvalues and their vectors. Rounding may make a zero slightly negative. */
function leading(decomposition: EigenvalueDecomposition, components: number) {
  const order = decomposition.realEigenvalues.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
  const kept = order.slice(0, components);
  const columns = (): Matrix => decomposition.eigenvectorMatrix.subMatrixColumn(kept.map(({ index }) => index));
  return {
    values: Float64Array.from(kept, ({ value }) => Math.max(0, value)),
    columns,
    rows: (dims: number): Float64Array => {
      const rows = new Float64Array(kept.length * dims);
      kept.forEach(({ index }, k) => rows.set(decomposition.eigenvectorMatrix.getColumn(index), k * dims));
      return rows;
    },
  };
}

/** An eigenvector's sign is free: the entry of largest magnitude is made positive, so that the same data gives the same picture. */
function faceForward(vector: Float64Array): void {
  let largest = 0;
  for (let d = 1; d < vector.length; d++) if (Math.abs(vector[d]) > Math.abs(vector[largest])) largest = d;
  if (vector[largest] < 0) for (let d = 0; d < vector.length; d++) vector[d] = -vector[d];
}
