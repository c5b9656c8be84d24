/** @file What a device's provider can run: lowering takes it into account, so that nothing falls back to another device. */

export interface Target {
  id: 'cpu' | 'gpu';
  /** ONNX ops, and parts of ops, that only some providers have. */
  ops: ReadonlySet<string>;
  /** Channels in a block of ONNX Runtime's blocked convolutions on this processor; 0: none are to be used. */
  convBlock: number;
  /** Products and convolutions compute in float16, with casts around them; reductions, norms and all else in float32. */
  half?: boolean;
}

/** Any processor. */
export const cpuTarget: Target = {
  id: 'cpu',
  ops: new Set(['Sign', 'Or', 'Round', 'Mod', 'IsNaN', 'LogSoftmax', 'ArgMax', 'TopK', 'moves of whole numbers', 'FusedMatMul', 'MaxPool indices', 'Pad modes', 'SpaceToDepth']),
  convBlock: 0,
};

/** WebGPU lacks Sign, FusedMatMul and a few more (docs/decisions.md); what it has, the other GPU providers have. */
export const gpuTarget: Target = { id: 'gpu', ops: new Set(), convBlock: 0 };
