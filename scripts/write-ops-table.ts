/** @file Writes docs/ops.md from the rule tables: `node bench/run.mjs scripts/write-ops-table`. A test holds the file to them. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { pretending, tolerance } from '../e2e/harness/conformance';
import { kernelCases } from '../e2e/harness/kernel-cases';
import { emit } from '../main/compiler/emit/emit';
import { cpuTarget, gpuTarget, type Target } from '../main/compiler/emit/target';
import { Builder } from '../main/compiler/ir/builder';
import type { CaseInput, Op, OpAttrs, OpRule, Value } from '../main/compiler/ir/op';
import { ops } from '../main/compiler/ops/registry';
import { decompose } from '../main/compiler/passes/decompose';
import { backendName } from '../main/compiler/trace/backend';
import { kernelRows } from '../main/compiler/trace/kernels';
import { trace } from '../main/compiler/trace/trace';

const leaves: Op[] = ['input', 'constant'];

/** Notes each new value. */
class NotingBuilder extends Builder {
  private readonly seen = new Set<Value>();

  constructor(private readonly note: (op: Op) => void) {
    super();
  }

  override op<K extends Op>(op: K, inputs: readonly Value[], attrs: OpAttrs[K]): Value {
    const value = super.op(op, inputs, attrs);
    if (!this.seen.has(value)) this.note(value.op);
    this.seen.add(value);
    return value;
  }
}

/** The kernels whose rows build each op, found by tracing every kernel's cases. What a gradient inside a loss builds is left out: it may be any. */
function kernelsByOp(): Map<Op, Set<string>> {
  const found = new Map<Op, Set<string>>();
  const running: string[] = [];
  trace(new Builder(), () => undefined); // registers the kernels
  for (const name of Object.keys(kernelRows)) {
    const { kernelFunc } = tf.getKernel(name, backendName);
    tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: (params) => {
        running.push(name);
        try {
          return kernelFunc(params);
        } finally {
          running.pop();
        }
      },
    });
  }
  const note = (op: Op) => {
    const kernel = running.at(-1);
    if (!kernel || running.includes('GradientOf') || leaves.includes(op)) return;
    if (!found.has(op)) found.set(op, new Set());
    found.get(op)!.add(kernel);
  };
  for (const { inputs, f } of Object.values(kernelCases).flat()) {
    const builder = new NotingBuilder(note);
    trace(builder, (recording) => void f(...inputsOf(builder, inputs).map((x) => recording.tensorOf(x))));
  }
  return found;
}

function inputsOf(g: Builder, inputs: CaseInput[]): Value<'input'>[] {
  return inputs.map((input, i) => {
    const { shape, dtype = 'float32' } = Array.isArray(input) ? { shape: input } : input;
    return g.input(`x${i}`, shape, dtype);
  });
}

/** ONNX ops of all cases on a device; without those that merely name an output. */
function onnxOf(op: Op, target: Target): string[] {
  const rule = ops[op] as OpRule<Op>;
  const names = rule.cases.flatMap(({ inputs, attrs }) => {
    const builder = new Builder();
    const xs = inputsOf(builder, inputs);
    const graph = decompose({ builder, inputs: xs, outputs: [{ name: 'y', value: builder.op(op, xs, attrs as never) }] });
    return emit(graph, target).nodes.map((n) => n.opType).filter((name) => name !== 'Identity');
  });
  return [...new Set(names)];
}

/** Whether a cotangent flows to any input, in any case. */
function derivativesOf(op: Op): string {
  if (op === 'stopGradient') return 'none, by intent';
  if (pretending.has(op)) return "another's, by intent";
  const rule = ops[op] as OpRule<Op>;
  const flows = rule.cases.some(({ inputs, attrs }) => {
    const g = new Builder();
    const xs = inputsOf(g, inputs);
    if (xs.every((x) => x.dtype !== 'float32')) return false;
    const y = g.op(op, xs, attrs as never);
    return y.dtype === 'float32' && rule.vjp(g, { dy: g.input('dy', y.shape), y, inputs: xs, attrs: attrs as never }).some((d) => d !== null);
  });
  return flows ? 'first, second' : 'zero';
}

const code = (names: Iterable<string>): string => Array.from(names, (name) => `\`${name}\``).join(', ');

/** Up to a dozen by name. */
function listed(names: string[]): string {
  const shown = names.sort().slice(0, 12);
  return shown.length < names.length ? `${code(shown)} and ${names.length - shown.length} more` : code(shown);
}

/** The text of docs/ops.md. */
export function opsTable(): string {
  const kernels = kernelsByOp();
  const rows = (Object.keys(ops) as Op[]).filter((op) => !leaves.includes(op)).sort().map((op) => {
    const rule = ops[op] as OpRule<Op>;
    const attrs = [...new Set(rule.cases.flatMap((c) => Object.keys(c.attrs)))];
    const [onCpu, onGpu] = [onnxOf(op, cpuTarget), onnxOf(op, gpuTarget)];
    const gpu = onGpu.join() === onCpu.join() ? 'the same' : code(onGpu) || 'nothing';
    return `| \`${op}\` | ${code(attrs)} | ${listed([...(kernels.get(op) ?? [])])} | ${derivativesOf(op)} | ${rule.cases.length} | ${code(onCpu) || 'nothing'} | ${gpu} |`;
  });
  return `# Ops

Written by \`node bench/run.mjs scripts/write-ops-table\` from the rule tables under \`main/compiler/ops/\`; do not edit. How to add one: [add-an-op.md](add-an-op.md).

${rows.length} ops, reached from ${Object.keys(kernelRows).length} kernels of tfjs and of our own (\`main/nn/\`). Each runs on \`cpu\` and on \`webgpu\` alone, nothing falling back to the processor (tests, \`webgpu\` by a software driver; other GPUs get the same nodes).

Each case of an op is held to, as |a - b| / (1 + |b|):

- its value: eager tfjs to ${tolerance.value}; whole numbers to the last digit
- first derivatives: tfjs' own, where it has them, and along a direction differences of the reference in double precision, to ${tolerance.first}
- second derivatives, along a direction: differences in double precision, to ${tolerance.second}

'zero': whole numbers, comparisons and steps, whose derivative is zero wherever there is one. Where a function has a kink the derivative is one-sided: \`maximum\` and \`minimum\` give all to the first at a tie, \`max\` and \`min\` to each of the equals, \`clip\` passes it at both ends, \`relu\`, \`elu\` and \`leakyRelu\` take the left side's at 0.

Each kernel has cases of its own through every pass of the compiler (\`main/compiler/trace/kernels.test.ts\`). \`GradientOf\` (\`grad\` of \`main/nn/gradient.ts\`) may build any op.

| op | attributes | kernels | derivatives | cases | ONNX on the processor | on GPUs |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

export async function main(): Promise<void> {
  const path = resolve('docs', 'ops.md');
  await writeFile(path, opsTable());
  console.log(path);
}
