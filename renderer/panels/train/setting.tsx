/** @file One field of a method's form: its control, what it is for and why one would change it, whether it was changed, what is wrong with it. */

import { CircleHelp, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { NumberField } from '../../widgets/number-field';
import { Select } from '../../widgets/select';
import { Switch } from '../../widgets/switch';
import { TextField } from '../../widgets/text-field';
import { Tooltip } from '../../widgets/tooltip';
import { expectedWords, isDefault, listOf, listText, plainText, stepOf, type FormField } from './fields';
import type { TrainState } from './spec';
import styles from './setting.module.css';

type Json = TrainState['changed'][string][string];

export interface SettingProps {
  field: FormField;
  /** undefined: the default. */
  value: Json | undefined;
  wrong: boolean;
  /** undefined takes it back to its default. */
  onChange(value: Json | undefined): void;
}

export function Setting({ field, value, wrong, onChange }: SettingProps) {
  const t = useWords('train');
  const { schema, name } = field;
  const changed = value !== undefined && !isDefault(schema, value);
  const set = (next: unknown): void => onChange(next === undefined || isDefault(schema, next) ? undefined : (next as Json));
  const error = wrong ? t('expects.sentence', { expected: expectedWords(schema, t) }) : undefined;
  const preset = presetWords(field, t);
  return (
    <div className={classes(styles['setting'], changed && styles['changed'])} data-field={name}>
      <Control field={field} value={value ?? (schema.default as Json)} error={error} set={set} label={schema.title} />
      <div className={styles['tools']}>
        {changed && <IconButton small icon={RotateCcw} label={t('reset', { field: schema.title, preset })} onClick={() => onChange(undefined)} />}
        <Tooltip
          side="top"
          text={
            <span className={styles['card']}>
              <span>{schema.description}</span>
              {schema.why && <span>{schema.why}</span>}
              <span className={styles['preset']}>{t('preset', { preset })}</span>
            </span>
          }
        >
          <button type="button" className={styles['why']} aria-label={t('about', { field: schema.title, help: [schema.description, schema.why, t('preset', { preset })].filter(Boolean).join('. ') })}>
            <CircleHelp size={13} aria-hidden />
          </button>
        </Tooltip>
      </div>
    </div>
  );
}

function presetWords({ schema, kind }: FormField, t: ReturnType<typeof useWords>): string {
  const { default: preset, options } = schema;
  if (kind === 'choice') return options?.[String(preset)] ?? String(preset);
  if (typeof preset === 'boolean') return t(preset ? 'on' : 'off');
  return typeof preset === 'number' ? t.number(preset, { maximumSignificantDigits: 10 }) : listText(preset);
}

function Control({ field: { schema, kind }, value, error, set, label }: { field: FormField; value: Json; error: string | undefined; set(value: unknown): void; label: string }): ReactNode {
  switch (kind) {
    case 'choice':
      return <Select label={label} help={schema.description} options={(schema.enum ?? []).map((one) => ({ value: one, label: schema.options?.[one] ?? one }))} value={plainText(value)} onChange={set} />;
    case 'switch':
      return <Switch label={label} help={schema.description} checked={value === true} onChange={set} />;
    case 'number':
      return <NumberField label={label} help={schema.description} error={error} value={typeof value === 'number' ? value : undefined} step={stepOf(schema)} onChange={(now) => set(now)} />;
    case 'list':
      return <ListField label={label} help={schema.description} error={error} value={value} onChange={(text) => set(listOf(text, schema.items ?? schema))} />;
    case 'text':
      return <TextField label={label} help={schema.description} error={error} value={plainText(value)} onChange={set} />;
  }
}

/** Keeps the text as it is typed: '500, ' is on its way to a list. */
function ListField({ value, onChange, ...rest }: { label: string; help: string; error: string | undefined; value: Json; onChange(text: string): void }) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return (
    <TextField
      {...rest}
      value={typed ?? listText(value)}
      onChange={(text) => {
        setTyped(text);
        onChange(text);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
