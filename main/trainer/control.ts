/** @file Orders to a training run: given by the thread that answers the user, read between steps by the thread that trains. Shared memory, so
 *  that an order needs no turn of the training thread's event loop. */

/// <reference lib="es2024.sharedmemory" />

export type Order = 'run' | 'pause' | 'stop' | 'cancel';
const orders: readonly Order[] = ['run', 'pause', 'stop', 'cancel'];

export interface TrainingControl {
  order(): Order;
  /** Resolves when the order is no longer `from`, or after `limitMs`. */
  changed(from: Order, limitMs: number): Promise<void>;
}

export const controlBuffer = (): SharedArrayBuffer => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

/** An end once ordered stays ordered: only pause and run undo each other, and a cancel overrides a stop. */
export function giveOrder(buffer: SharedArrayBuffer, order: Order): void {
  const cell = new Int32Array(buffer);
  const given = Atomics.load(cell, 0);
  const next = orders.indexOf(order);
  if (given >= orders.indexOf('stop') && next <= given) return;
  Atomics.store(cell, 0, next);
  Atomics.notify(cell, 0);
}

export function readControl(buffer: SharedArrayBuffer): TrainingControl {
  const cell = new Int32Array(buffer);
  return {
    order: () => orders[Atomics.load(cell, 0)],
    async changed(from, limitMs) {
      const wait = Atomics.waitAsync(cell, 0, orders.indexOf(from), limitMs);
      if (!wait.async) return;
      // A waitAsync alone does not keep a thread alive.
      const hold = setInterval(() => undefined, 1_000);
      await wait.value;
      clearInterval(hold);
    },
  };
}
