/** @file Methods as a person chooses and sets them: listed, described field by field, and their settings read from text. */

import { z } from 'zod';
import type { MethodForm, MethodSummary } from '../../preload/contract/domains/training';
import { errorFromJson, LabError, type ErrorJson } from '../../preload/contract/errors';
import type { ImageShape, Method } from '../methods/method';
import { methods } from '../methods/registry';
import type { Language } from './words';

/** A field's JSON schema, as far as forms and parsing need it. */
interface FieldSchema {
  type?: string | string[];
  enum?: (string | number | boolean)[];
  const?: string | number | boolean;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export function listMethods(language: Language): MethodSummary[] {
  return methods.map((method) => summaryOf(method, language));
}

function summaryOf(method: Method, language: Language): MethodSummary {
  const { title, summary } = method.words[language];
  return { id: method.id, title, summary, family: method.family, paper: method.paper };
}

/** @throws LabError 'method-not-found' */
export function findMethod(id: string): Method {
  const method = methods.find((one) => one.id === id);
  if (!method) throw new LabError('method-not-found', { method: id, known: methods.map((one) => one.id).join(', ') });
  return method;
}

const schemaOf = (method: Method) => z.toJSONSchema(method.config, { io: 'input' }) as { properties?: Record<string, FieldSchema> };

/** A JSON Schema (draft 2020-12) whose properties carry title (label), description (help), why and default. @throws LabError 'method-not-found' */
export function methodForm(id: string, language: Language): MethodForm {
  const method = findMethod(id);
  const schema = schemaOf(method);
  const words = method.words[language];
  const properties = Object.entries(schema.properties ?? {}).map(([field, own]) => {
    const { label, help, why } = words.fields[field] ?? { label: field, help: '', why: '' };
    const options = own.enum?.map((value) => [String(value), words.options[String(value)] ?? String(value)]);
    return [field, { ...own, title: label, description: help, why, ...(options && { options: Object.fromEntries(options) as Record<string, string> }) }];
  });
  const shaped = { ...schema, properties: Object.fromEntries(properties) as unknown } as MethodForm['schema'];
  return { ...summaryOf(method, language), schema: shaped, metrics: words.metrics, main: [...method.main] };
}

/**
 * A method's config from 'key=value' texts, over its defaults.
 * @throws LabError 'setting-unknown', 'setting-malformed', 'setting-value' (usage)
 */
export function configFromText(id: string, settings: readonly string[]): Record<string, unknown> {
  const method = findMethod(id);
  const fields = schemaOf(method).properties ?? {};
  const given: Record<string, unknown> = {};
  for (const setting of settings) {
    const split = setting.indexOf('=');
    if (split < 1) throw new LabError('setting-malformed', { got: setting });
    const key = setting.slice(0, split).trim();
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!field) throw new LabError('setting-unknown', { setting: key, method: id, known: Object.keys(fields).join(', ') });
    const text = setting.slice(split + 1).trim();
    const value = valueFromText(text, field);
    if (value === undefined) throw new LabError('setting-value', { setting: key, expected: kindOf(field), got: text });
    given[key] = value;
  }
  const parsed = method.config.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0] ?? '');
  const shown = given[key];
  throw new LabError('setting-value', {
    setting: key,
    expected: fields[key] ? kindOf(fields[key]) : (issue?.message ?? ''),
    got: shown === undefined ? '' : typeof shown === 'string' ? shown : JSON.stringify(shown),
  });
}

/** Settings over a method's defaults. @throws LabError 'setting-value' */
export function configOf(id: string, values: Record<string, unknown>): Record<string, unknown> {
  const [first] = settingErrors(id, values);
  if (first) throw errorFromJson(first.reason);
  return findMethod(id).config.parse(values);
}

/** What is wrong with settings, a reason a field. @throws LabError 'method-not-found' */
export function settingErrors(id: string, values: Record<string, unknown>): { field: string; reason: ErrorJson }[] {
  const method = findMethod(id);
  const fields = schemaOf(method).properties ?? {};
  const unknown = Object.keys(values).filter((field) => !Object.hasOwn(fields, field));
  const issues = method.config.safeParse(values).error?.issues ?? [];
  const wrong = [...new Set(issues.map((issue) => String(issue.path[0] ?? '')))];
  return [
    ...unknown.map((field) => ({ field, reason: { code: 'setting-unknown' as const, params: { setting: field, method: id, known: Object.keys(fields).join(', ') } } })),
    ...wrong.map((field) => ({ field, reason: { code: 'setting-value' as const, params: { setting: field, expected: kindOf(fields[field] ?? {}), got: shownValue(values[field]) } } })),
  ];
}

const shownValue = (value: unknown): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** @throws LabError 'setting-divides' where the method's network, so configured, does not fit images of this size */
export function checkFit(id: string, config: Record<string, unknown>, data: ImageShape): void {
  const method = findMethod(id);
  for (const { what, value, divisor } of method.divisions?.(config, data) ?? []) {
    if (value % divisor !== 0) throw new LabError('setting-divides', { method: id, what, value, divisor });
  }
}

/** `text` as the field's type; undefined where it is none. Lists are JSON, or values between commas. */
function valueFromText(text: string, field: FieldSchema): unknown {
  if (field.anyOf) {
    for (const kind of field.anyOf) {
      const value = valueFromText(text, kind);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  const choices = field.enum ?? (field.const === undefined ? undefined : [field.const]);
  if (choices) return choices.find((choice) => String(choice) === text);
  switch (field.type) {
    case 'integer':
    case 'number': {
      const value = text === '' ? NaN : Number(text);
      return Number.isFinite(value) && (field.type === 'number' || Number.isInteger(value)) ? value : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'array':
      return listFromText(text, field.items ?? {});
    case 'null':
      return text === 'null' ? null : undefined;
    case 'string':
      return text;
    default:
      return jsonFromText(text);
  }
}

function listFromText(text: string, item: FieldSchema): unknown[] | undefined {
  if (text.startsWith('[')) {
    const list = jsonFromText(text);
    return Array.isArray(list) ? list : undefined;
  }
  const values = text === '' ? [] : text.split(',').map((part) => valueFromText(part.trim(), item));
  return values.includes(undefined) ? undefined : values;
}

function jsonFromText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The type of a field as formulas say it, the same in every language: 'linear | cosine', '1 <= n <= 4096 (n in Z)', '0 < x <= 1'. */
function kindOf(field: FieldSchema): string {
  if (field.anyOf) return field.anyOf.map(kindOf).join(' | ');
  if (field.enum) return field.enum.join(' | ');
  if (field.const !== undefined) return String(field.const);
  if (field.type === 'boolean') return 'true | false';
  if (field.type === 'array') return `[${kindOf(field.items ?? {})}, ...]`;
  if (field.type === 'integer' || field.type === 'number') return rangeOf(field);
  return String(field.type ?? 'JSON');
}

function rangeOf(field: FieldSchema): string {
  const whole = field.type === 'integer';
  const name = whole ? 'n' : 'x';
  // zod states a whole number's safe range, which says nothing to a person.
  const told = (limit: number | undefined) => limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;
  const low = told(field.exclusiveMinimum) ? `${field.exclusiveMinimum} < ` : told(field.minimum) ? `${field.minimum} <= ` : '';
  const high = told(field.exclusiveMaximum) ? ` < ${field.exclusiveMaximum}` : told(field.maximum) ? ` <= ${field.maximum}` : '';
  return `${low}${name}${high}${whole ? ' (n = ..., -1, 0, 1, ...)' : ''}`;
}
