/** @file genoise devices, genoise methods. */

import { listDevices } from '../../lab/devices';
import type { MethodForm } from '../../../preload/contract/domains/training';
import { listMethods, methodForm } from '../../lab/methods';
import type { Context, Outcome, Program } from '../command';
import { facts, table } from '../tables';

export function addLookCommands({ command, run, t }: Program): void {
  command('devices').action(() => run(devices, { library: false }));
  command('methods')
    .option('--schema <method>', t('option.schema'))
    .action(({ schema }: { schema?: string }) => run((context) => Promise.resolve(schema === undefined ? methods(context) : form(context, schema)), { library: false }));
}

async function devices({ lab, work, t }: Context): Promise<Outcome> {
  const found = await listDevices(lab, work);
  const rows = found.map(({ id, usable, reason }) => [id, t(usable ? 'yes' : 'no'), reason]);
  return { json: found, text: table([t('column.device'), t('column.usable'), t('column.reason')], rows) };
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
