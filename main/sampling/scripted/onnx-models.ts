/** @file The closed-form models of these tests as ONNX files, for the way through ONNX Runtime. */

import { encodeModel, type Initializer, type Node, type Port } from '../../compiler/emit/onnx';

const float = (name: string, dims: number[], values: number[]): Initializer => ({ name, dims, dtype: 'float32', bytes: new Uint8Array(Float32Array.from(values).buffer) });
const whole = (name: string, values: number[]): Initializer => ({ name, dims: [values.length], dtype: 'int64', bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) });
const node = (opType: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): Node => ({ opType, inputs, outputs: [output], attributes });
const port = (name: string, shape: number[], dtype: Port['dtype'] = 'float32'): Port => ({ name, dtype, shape: ['batch', ...shape] });

/** The best denoiser of N(0, std^2 I): eps is x_t times a number of t. */
export function denoiserOnnx(std: number, alphaBar: number[], image: number[]): Uint8Array {
  const factors = alphaBar.map((abar) => (1 - (abar * std * std) / (abar * std * std + 1 - abar)) / Math.sqrt(1 - abar));
  return encodeModel({
    nodes: [
      node('Gather', ['factors', 't'], 'factor', { axis: 0 }),
      node('Reshape', ['factor', 'column'], 'factorColumn'),
      node('Mul', ['x_t', 'factorColumn'], 'eps'),
    ],
    initializers: [float('factors', [alphaBar.length], factors), whole('column', [-1, 1, 1, 1])],
    inputs: [port('x_t', image), port('t', [], 'int32')],
    outputs: [port('eps', image)],
    metadata: { 'genoise.signature': 'denoise(x_t, t) -> eps', 'genoise.schedule': JSON.stringify({ kind: 'linear', steps: alphaBar.length, alphaBar }) },
  });
}

/** z = gain x, of images [height, width, channels]. */
export function encoderOnnx(gain: number, image: number[]): Uint8Array {
  const size = image.reduce((a, b) => a * b);
  return encodeModel({
    nodes: [node('Reshape', ['x', 'flat'], 'xFlat'), node('Mul', ['xFlat', 'gain'], 'z')],
    initializers: [whole('flat', [-1, size]), float('gain', [], [gain])],
    inputs: [port('x', image)],
    outputs: [port('z', [size])],
    metadata: { 'genoise.signature': 'encode(x)->z' },
  });
}

/** x = z */
export function decoderOnnx(image: number[]): Uint8Array {
  const size = image.reduce((a, b) => a * b);
  return encodeModel({
    nodes: [node('Reshape', ['z', 'image'], 'x')],
    initializers: [whole('image', [-1, ...image])],
    inputs: [port('z', [size])],
    outputs: [port('x', image)],
    metadata: { 'genoise.signature': 'decode(z)->x' },
  });
}

/** `linearGaussian`'s elbo: z ~ N(0, I), x | z ~ N(z, noise^2 I), q(z | x) = N(gain x, std^2 I), K = draws. */
export function elboOnnx({ noise, gain, std, draws, image }: { noise: number; gain: number; std: number; draws: number; image: number[] }): Uint8Array {
  const size = image.reduce((a, b) => a * b);
  /** out [B, K] = sum -1/2 (log(2 pi v) + value^2 / v) */
  const logNormal = (value: string, variance: number, out: string) => ({
    nodes: [
      node('Mul', [value, value], `${out}Square`),
      node('Mul', [`${out}Square`, `${out}Scale`], `${out}Scaled`),
      node('Add', [`${out}Scaled`, `${out}Constant`], `${out}Terms`),
      node('ReduceSum', [`${out}Terms`, 'last'], out, { keepdims: 0 }),
    ],
    initializers: [float(`${out}Scale`, [], [-0.5 / variance]), float(`${out}Constant`, [], [-0.5 * Math.log(2 * Math.PI * variance)])],
  });
  const likelihood = logNormal('difference', noise * noise, 'recon');
  const prior = logNormal('z', 1, 'prior');
  const posterior = logNormal('scaledEps', std * std, 'posterior');
  return encodeModel({
    nodes: [
      node('Reshape', ['x', 'flat'], 'xFlat'),
      node('Mul', ['xFlat', 'gain'], 'mu'),
      node('Mul', ['eps', 'std'], 'scaledEps'),
      node('Add', ['mu', 'scaledEps'], 'z'),
      node('Sub', ['xFlat', 'z'], 'difference'),
      ...likelihood.nodes,
      ...prior.nodes,
      ...posterior.nodes,
      node('Add', ['recon', 'prior'], 'joint'),
      node('Sub', ['joint', 'posterior'], 'logWeight'),
      node('Squeeze', ['mu', 'middle'], 'muFlat'),
      node('Mul', ['muFlat', 'muFlat'], 'muSquare'),
      node('Mul', ['muSquare', 'half'], 'muHalf'),
      node('Add', ['muHalf', 'klConstant'], 'kl'),
    ],
    initializers: [
      whole('flat', [-1, 1, size]),
      whole('last', [2]),
      whole('middle', [1]),
      float('gain', [], [gain]),
      float('std', [], [std]),
      float('half', [], [0.5]),
      float('klConstant', [], [0.5 * (std * std - 1) - Math.log(std)]),
      ...likelihood.initializers,
      ...prior.initializers,
      ...posterior.initializers,
    ],
    inputs: [port('x', image), port('eps', [draws, size])],
    outputs: [port('recon', [draws]), port('kl', [size]), port('logWeight', [draws])],
    metadata: { 'genoise.signature': 'elbo(x,eps)->recon,kl,logWeight' },
  });
}
