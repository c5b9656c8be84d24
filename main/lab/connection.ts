/** @file One page's connection to the desk, whatever carries it: the handshake, calls and watches checked by the contract, and never more sent than the page takes in. */

import { contract } from '../../preload/contract/contract';
import { contractVersion, pageMessage, type Channel, type LabMessage, type PageMessage } from '../../preload/contract/channel';
import type { CallSpec, Domain, WatchSpec } from '../../preload/contract/domain';
import { errorToJson, LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import type { Log } from '../platform/log';
import { openGate } from './gate';
import { openSlots } from './slots';
import { genoiseVersion } from './versions';

type AnyCall = (args: unknown, work: { progress(report: Progress): void; signal: AbortSignal }) => unknown;
type AnyWatch = (args: unknown, watching: { emit(item: unknown): Promise<void>; signal: AbortSignal }) => Promise<void>;

export interface ConnectionOptions {
  /** By domain, then by name: main/lab/calls/handlers.ts, or a test's. */
  handlers: Record<string, Record<string, unknown>>;
  domains?: Record<string, Domain>;
  log: Log;
}

/** Calls of a page that are under way at once, or done with answers that wait for room. The others wait, in order. */
const callsAtOnce = 8;
/** Messages that make no sense, until a page is dismissed. */
const nonsenseLimit = 100;

/** Serves a page until its channel closes; then its watches and calls are aborted. Jobs go on. */
export function serveConnection(channel: Channel, { handlers, domains = contract, log }: ConnectionOptions): void {
  const gate = openGate();
  const slots = openSlots(callsAtOnce);
  let answers: Promise<void> = Promise.resolve();
  const running = new Map<number, AbortController>();
  let greeted = false;
  let nonsense = 0;
  let open = true;

  const send = (message: LabMessage): void => {
    if (open) gate.sent(channel.send(message));
  };
  /** One answer after the other, each once there is room for it. */
  const answer = (message: LabMessage, signal: AbortSignal): Promise<void> =>
    (answers = answers.then(async () => {
      await gate.roomForAnswers(signal);
      send(message);
    }));
  const fail = (id: number, caught: unknown): void => {
    const error = errorToJson(caught);
    if (error.code === 'internal') log.write('error', 'a call failed by a fault of our own', { error });
    send({ id, error });
  };
  const refuse = (id: number, error: LabError): void => {
    log.write('warn', 'a call was refused', { error });
    fail(id, error);
  };

  /** What `name` ('datasets.list') is in the contract, and who answers it. */
  const find = <Spec extends CallSpec | WatchSpec>(kind: 'calls' | 'watches', name: string): { spec: Spec; handler: unknown } | undefined => {
    const [domain, own, ...more] = name.split('.');
    const specs = Object.hasOwn(domains, domain) ? domains[domain][kind] : {};
    if (own === undefined || more.length > 0 || !Object.hasOwn(specs, own)) return undefined;
    return { spec: specs[own] as Spec, handler: handlers[domain]?.[own] };
  };

  /** Lends `use` an abort signal that a cancel of `id` and the end of the connection raise. */
  const begin = async (id: number, use: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    if (running.has(id)) return refuse(id, new LabError('call-malformed', { call: '', detail: `id ${id} is in use` }));
    const abort = new AbortController();
    running.set(id, abort);
    try {
      await use(abort.signal);
    } catch (caught) {
      fail(id, abort.signal.aborted && caught === abort.signal.reason ? new LabError('cancelled', { what: String(id) }) : caught);
    } finally {
      running.delete(id);
    }
  };

  const answerCall = (id: number, name: string, given: unknown): Promise<void> | void => {
    const found = find<CallSpec>('calls', name);
    if (!found) return refuse(id, new LabError('call-unknown', { call: name }));
    const args = found.spec.args.safeParse(given);
    if (!args.success) return refuse(id, malformed(name, args.error.issues[0]));
    const answered = async (signal: AbortSignal): Promise<void> => {
      let waiting: Progress | undefined;
      const progress = (report: Progress): void => {
        const idle = waiting === undefined;
        waiting = report;
        if (!idle) return;
        // Under pressure the newest report alone is kept.
        void gate.roomForNews(signal).then(() => {
          if (waiting && running.has(id) && !signal.aborted) send({ id, progress: waiting });
          waiting = undefined;
        });
      };
      const result = await (found.handler as AnyCall)(args.data, { progress, signal });
      await answer({ id, result }, signal);
    };
    return begin(id, (signal) => slots.use(signal, () => answered(signal)));
  };

  const answerWatch = (id: number, name: string, given: unknown): Promise<void> | void => {
    const found = find<WatchSpec>('watches', name);
    if (!found) return refuse(id, new LabError('call-unknown', { call: name }));
    const args = found.spec.args.safeParse(given);
    if (!args.success) return refuse(id, malformed(name, args.error.issues[0]));
    return begin(id, async (signal) => {
      const emit = async (item: unknown): Promise<void> => {
        if (signal.aborted) return;
        send({ id, item });
        await gate.roomForNews(signal);
      };
      await (found.handler as AnyWatch)(args.data, { emit, signal });
      send({ id, ended: true });
    });
  };

  const take = (message: PageMessage): void => {
    if ('hello' in message) {
      const { version } = message.hello;
      if (version === contractVersion) {
        greeted = true;
        return send({ welcome: { version: contractVersion, genoise: genoiseVersion } });
      }
      const error = new LabError('contract-version', { page: version, lab: contractVersion });
      log.write('warn', 'a page of another version was refused', { error });
      send({ refused: error.toJSON() });
      return channel.close();
    }
    if (!greeted) {
      const error = new LabError('call-malformed', { call: '', detail: 'hello must come first' });
      log.write('warn', 'a page without a greeting was refused', { error });
      send({ refused: error.toJSON() });
      return channel.close();
    }
    if ('ack' in message) return gate.taken(message.ack);
    if ('cancel' in message) return running.get(message.id)?.abort();
    if ('call' in message) return void answerCall(message.id, message.call, message.args);
    return void answerWatch(message.id, message.watch, message.args);
  };

  const hear = (given: unknown): void => {
    const message = pageMessage.safeParse(given);
    if (message.success) return take(message.data);
    nonsense += 1;
    const error = malformed('', message.error.issues[0]);
    log.write('warn', 'a message that makes no sense was dropped', { error });
    const id = given !== null && typeof given === 'object' && 'id' in given ? given.id : undefined;
    if (typeof id === 'number') send({ id, error: error.toJSON() });
    if (nonsense > nonsenseLimit) channel.close();
  };

  channel.onMessage((given) => {
    try {
      hear(given);
    } catch (caught) {
      // Nested deeper than a check can go, say: that page is dismissed, the others go on.
      log.write('error', 'a message could not be taken', { error: caught });
      channel.close();
    }
  });
  channel.onClose(() => {
    open = false;
    for (const abort of running.values()) abort.abort();
    gate.close();
  });
}

function malformed(call: string, issue: { path: PropertyKey[]; message: string }): LabError {
  return new LabError('call-malformed', { call, detail: `${issue.path.map(String).join('.') || 'args'}: ${issue.message}` });
}
