/** @file The method's settings: the main ones in sight, the rest folded, the changed ones counted and taken back. */

import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Fold, Section } from '../../widgets/section';
import { isDefault, type FormField } from './fields';
import { Setting } from './setting';
import type { TrainState } from './spec';
import styles from './view.module.css';

type Values = TrainState['changed'][string];

export interface SettingsFormProps {
  fields: { main: FormField[]; more: FormField[] };
  values: Values;
  /** Names of fields whose value can't be. */
  wrong: ReadonlySet<string>;
  onChange(field: string, value: Values[string] | undefined): void;
  onResetAll(): void;
  more: boolean;
  onMoreChange(open: boolean): void;
}

export function SettingsForm({ fields, values, wrong, onChange, onResetAll, more, onMoreChange }: SettingsFormProps) {
  const t = useWords('train');
  const changedOf = (list: readonly FormField[]) => list.filter(({ name, schema }) => values[name] !== undefined && !isDefault(schema, values[name])).length;
  const changed = changedOf([...fields.main, ...fields.more]);
  const changedMore = changedOf(fields.more);
  // A wrong value must not hide behind a fold.
  const wrongMore = fields.more.some(({ name }) => wrong.has(name));
  const grid = (list: readonly FormField[]) => (
    <div className={styles['fields']}>
      {list.map((field) => (
        <Setting key={field.name} field={field} value={values[field.name]} wrong={wrong.has(field.name)} onChange={(value) => onChange(field.name, value)} />
      ))}
    </div>
  );
  return (
    <Section
      title={t('settings')}
      actions={
        changed > 0 && (
          <Button variant="quiet" onClick={onResetAll}>
            {t('resetAll', { count: changed })}
          </Button>
        )
      }
    >
      {grid(fields.main)}
      {fields.more.length > 0 && (
        <Fold title={t('more', { count: fields.more.length })} note={changedMore > 0 ? t('changed', { count: changedMore }) : undefined} open={more || wrongMore} onOpenChange={onMoreChange}>
          {grid(fields.more)}
        </Fold>
      )}
    </Section>
  );
}
