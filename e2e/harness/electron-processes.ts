/** @file electron's processes and ports for the stand-in: a utility process is a Node child whose `process.parentPort` is that of Electron, ports are pairs of emitters. */

import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { answerOf, note } from './electron-record';

/** Gives the child what an entry finds under Electron, and takes away what it finds under Node. */
const parentPort = `
const through = process.send?.bind(process);
// Threads of the child are given this too.
if (through) process.parentPort = {
  on: (event, listener) => process.on(event === 'close' ? 'disconnect' : event, event === 'message' ? (data) => listener({ data }) : listener),
  postMessage: (message) => process.connected && through(message, undefined, undefined, () => undefined),
};
process.send = undefined;
`;

interface UtilityOptions {
  env: Record<string, string>;
  execArgv: string[];
  stdio: ('ignore' | 'pipe')[];
  serviceName: string;
}

export const utilityProcess = {
  fork(path: string, args: string[], options: UtilityOptions) {
    note('utilityProcess.fork', path, args, options);
    const child = fork(path, args, {
      serialization: 'advanced',
      env: options.env,
      execArgv: [...options.execArgv, '--import', `data:text/javascript,${encodeURIComponent(parentPort)}`],
      stdio: [...options.stdio, 'ipc'],
    });
    const utility = Object.assign(new EventEmitter(), {
      get pid() {
        return child.pid;
      },
      stderr: child.stderr,
      postMessage: (message: unknown) => void (child.connected && child.send(message as object, () => undefined)),
      kill: () => child.kill('SIGTERM'),
    });
    child.on('spawn', () => utility.emit('spawn'));
    child.on('message', (message) => utility.emit('message', message));
    // The status of waitpid, as Electron hands it on.
    child.on('exit', (code, signal) => utility.emit('exit', signal ? constants.signals[signal] : (code ?? 0) << 8));
    return utility;
  },
};

export class MessagePortMain extends EventEmitter {
  other: MessagePortMain | undefined;
  private started = false;
  private readonly queue: unknown[] = [];
  private closed = false;

  postMessage(message: unknown): void {
    this.other?.receive(structuredClone(message));
  }

  start(): void {
    this.started = true;
    for (const data of this.queue.splice(0)) setImmediate(() => this.emit('message', { data }));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { other } = this;
    setImmediate(() => {
      this.emit('close');
      other?.close();
    });
  }

  private receive(data: unknown): void {
    if (this.closed) return;
    if (this.started) setImmediate(() => this.emit('message', { data }));
    else this.queue.push(data);
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export const powerSaveBlocker = {
  start: (kind: string): number => {
    note('powerSaveBlocker.start', kind);
    return answerOf('powerSaveBlocker.start', 1);
  },
  stop: (id: number): void => note('powerSaveBlocker.stop', id),
};
