/** @file Times training steps of the methods at their defaults on 28 x 28 x 1: `node bench/run.mjs methods [id] [device] [steps] [key=value...]`. */

import { stepSource } from '../main/compiler/step-source';
import { methods } from '../main/methods/registry';
import { isProvider } from '../main/runtime/sessions';
import { timeSteps } from './steps';

export async function main([id = 'vae', device = 'cpu', steps = '30', ...settings]: string[]): Promise<void> {
  const method = methods.find((m) => m.id === id);
  if (!method || !isProvider(device)) throw new Error(`usage: methods [${methods.map((m) => m.id).join('|')}] [device] [steps] [key=value...]`);
  const config = method.config.parse(Object.fromEntries(settings.map((s) => [s.split('=')[0], JSON.parse(s.split('=')[1])]))) as Record<string, unknown>;
  const data = { height: 28, width: 28, channels: 1 };
  const source = stepSource(method, config, data);
  const t = await timeSteps(source, device, Number(steps), process.env['PROFILE']);
  console.log(`${id} on ${device}: ${t.parameters} parameters, compiled in ${t.compileMs.toFixed(0)} ms, opened in ${t.openMs.toFixed(0)} ms; step median ${t.medianMs.toFixed(2)} ms, least ${t.minMs.toFixed(2)} ms; losses ${t.losses.slice(0, 3).map((x) => x.toFixed(4)).join(' ')}`);
}
