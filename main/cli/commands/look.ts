/** @file genoise devices, genoise methods. */

import { installable, installDevice, listDevices } from '../../lab/devices';
import type { MethodForm } from '../../../preload/contract/domains/training';
import { listMethods, methodForm } from '../../lab/methods';
import { oneOf, type Context, type Outcome, type Program } from '../command';
import { facts, table } from '../tables';

export function addLookCommands({ command, run, t }: Program): void {
  command('devices')
    .option('--install <device>', t('option.installDevice'), oneOf('--install', installable))
    .action(({ install }: { install?: (typeof installable)[number] }) => run((context) => (install === undefined ? devices(context) : fetchFor(context, install)), { library: false }));
  command('methods')
    .option('--schema <method>', t('option.schema'))
    .action(({ schema }: { schema?: string }) => run((context) => Promise.resolve(schema === undefined ? methods(context) : form(context, schema)), { library: false }));
}

async function devices({ lab, work, t }: Context): Promise<Outcome> {
  const found = await listDevices(lab, work);
  const rows = found.map(({ id, usable, reason }) => [id, t(usable ? 'yes' : 'no'), reason]);
  return { json: found, text: table([t('column.device'), t('column.usable'), t('column.reason')], rows) };
}

async function fetchFor({ lab, work, t }: Context, id: (typeof installable)[number]): Promise<Outcome> {
  const result = await installDevice(lab, id, work);
  const { device } = result;
  return { json: result, text: t(device.usable ? 'installed.usable' : 'installed.unusable', { device: device.id, reason: device.reason }) };
}

function methods({ language, t }: Context): Outcome {
  const known = listMethods(language);
  const rows = known.map(({ id, title, family, paper }) => [id, title, family, paper]);
  return { json: known, text: table([t('column.method'), t('column.title'), t('column.family'), t('column.paper')], rows) };
}

interface Property {
  title: string;
  description: string;
  why: string;
  default?: unknown;
}

function form({ language, t }: Context, id: string): Outcome {
  const json: MethodForm = methodForm(id, language);
  const properties = Object.entries(json.schema['properties'] as unknown as Record<string, Property>);
  const fields = properties.map(([field, { title, description, why, default: preset }]) =>
    [`${field} = ${preset === undefined ? '' : JSON.stringify(preset)}`, `  ${title}. ${description}`, `  ${t('why')} ${why}`].join('\n'),
  );
  const head = facts([
    [t('column.method'), json.id],
    [t('column.title'), json.title],
    [t('column.paper'), json.paper],
  ]);
  return { json, text: [head, json.summary, ...fields].join('\n\n') };
}
