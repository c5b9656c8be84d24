/** @file Traces a function of tensors into an IR graph. */

import * as tf from '@tensorflow/tfjs-core';
import type { Builder } from '../ir/builder';
import { backendName, TraceBackend } from './backend';
import { registerTraceKernels } from './kernels';

let backend: TraceBackend | undefined;

/** The one recording backend, registered with tfjs on first use. */
function traceBackend(): TraceBackend {
  if (!backend) {
    backend = new TraceBackend();
    const created = backend;
    tf.registerBackend(backendName, () => created);
    registerTraceKernels(created, backendName);
  }
  return backend;
}

/** Runs `f` under the recording backend: tensors made inside stand for values of `builder`. `f` gets the backend to turn values into tensors and back. */
export function trace<T>(builder: Builder, f: (backend: TraceBackend) => T): T {
  const recording = traceBackend();
  const before = tf.getBackend();
  void tf.setBackend(backendName); // synchronous for a backend made by a plain function
  try {
    return recording.recordInto(builder, () => {
      tf.engine().startScope();
      try {
        return f(recording);
      } finally {
        tf.engine().endScope();
      }
    });
  } finally {
    if (before) void tf.setBackend(before);
  }
}
