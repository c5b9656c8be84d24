/** @file Matrix decompositions on the host, in double precision: QR, singular values, eigenvalues of symmetric matrices. Meant for sizes up to some 500. */

import { EigenvalueDecomposition, Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** Row-major. */
export interface DenseMatrix {
  rows: number;
  columns: number;
  /** [rows, columns] */
  data: Float64Array;
}

/** Throws RangeError where data are not rows x columns finite numbers: the iterations below would not end on a NaN. */
function checked({ rows, columns, data }: DenseMatrix): Matrix {
  if (data.length !== rows * columns) throw new RangeError(`${data.length} numbers for ${rows} x ${columns}`);
  const at = data.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) throw new RangeError(`${data[at]} at row ${Math.floor(at / columns)}, column ${at % columns}`);
  return Matrix.from1DArray(rows, columns, data);
}

const dense = (m: Matrix): DenseMatrix => ({ rows: m.rows, columns: m.columns, data: Float64Array.from(m.to1DArray()) });

/**
 * A = Q R, thin, by Householder reflections. The diagonal of R is not negative: with columns of full rank the factors are unique.
 * @returns q [rows, k] with orthonormal columns, r [k, columns] upper triangular, k = min(rows, columns)
 * @throws RangeError for a size that does not fit or a number that is not finite
 */
export function qr(matrix: DenseMatrix): { q: DenseMatrix; r: DenseMatrix } {
  const a = checked(matrix);
  const k = Math.min(a.rows, a.columns);
  // ml-matrix takes matrices that are at least as tall as wide: the others' first columns give Q, and R is Q' A.
  const tall = a.columns > a.rows ? a.subMatrix(0, a.rows - 1, 0, a.rows - 1) : a;
  const q = new QrDecomposition(tall).orthogonalMatrix.subMatrix(0, a.rows - 1, 0, k - 1);
  const r = q.transpose().mmul(a);
  for (let i = 0; i < k; i++) {
    if (r.get(i, i) < 0) {
      q.mulColumn(i, -1);
      r.mulRow(i, -1);
    }
    for (let j = 0; j < Math.min(i, r.columns); j++) r.set(i, j, 0);
  }
  return { q: dense(q), r: dense(r) };
}

/**
 * A = U diag(s) V', thin. Singular values fall; of each column of V the entry of largest magnitude is positive (of vectors of equal singular values, any basis may come).
 * @returns u [rows, k], s [k], v [columns, k], k = min(rows, columns)
 * @throws RangeError for a size that does not fit or a number that is not finite
 */
export function svd(matrix: DenseMatrix): { u: DenseMatrix; s: Float64Array; v: DenseMatrix } {
  const a = checked(matrix);
  const found = new SingularValueDecomposition(a, { autoTranspose: true });
  const k = Math.min(a.rows, a.columns);
  const [left, right] = [found.leftSingularVectors, found.rightSingularVectors];
  const order = Array.from({ length: k }, (_, i) => i).sort((i, j) => found.diagonal[j] - found.diagonal[i]);
  const [u, v] = [Matrix.zeros(a.rows, k), Matrix.zeros(a.columns, k)];
  order.forEach((from, to) => {
    const sign = signOf(right.getColumn(from));
    u.setColumn(to, left.getColumn(from).map((x) => sign * x));
    v.setColumn(to, right.getColumn(from).map((x) => sign * x));
  });
  return { u: dense(u), s: Float64Array.from(order, (i) => found.diagonal[i]), v: dense(v) };
}

/**
 * A = V diag(values) V' of a symmetric matrix. Eigenvalues fall; of each column of V the entry of largest magnitude is positive.
 * @returns values [n], vectors [n, n], one a column
 * @throws RangeError for a matrix that is not square, not symmetric to a part in 1e9 of its largest entry, or not finite
 */
export function eigh(matrix: DenseMatrix): { values: Float64Array; vectors: DenseMatrix } {
  const a = checked(matrix);
  const n = a.rows;
  if (n !== a.columns) throw new RangeError(`${n} x ${a.columns} is not square`);
  const tolerance = 1e-9 * matrix.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) if (Math.abs(a.get(i, j) - a.get(j, i)) > tolerance) throw new RangeError(`not symmetric: ${a.get(i, j)} at (${i}, ${j}), ${a.get(j, i)} at (${j}, ${i})`);
  }
  const found = new EigenvalueDecomposition(a, { assumeSymmetric: true });
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => found.realEigenvalues[j] - found.realEigenvalues[i]);
  const vectors = Matrix.zeros(n, n);
  order.forEach((from, to) => {
    const column = found.eigenvectorMatrix.getColumn(from);
    const sign = signOf(column);
    vectors.setColumn(to, column.map((x) => sign * x));
  });
  return { values: Float64Array.from(order, (i) => found.realEigenvalues[i]), vectors: dense(vectors) };
}

/** Of the entry of largest magnitude. */
function signOf(column: readonly number[]): 1 | -1 {
  return column.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0) < 0 ? -1 : 1;
}
