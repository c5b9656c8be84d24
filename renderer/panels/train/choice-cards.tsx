/** @file A choice of one from a few, each a card that shows what it is. */

import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import styles from './choice-cards.module.css';

export interface ChoiceCardsProps {
  label: string;
  options: readonly { value: string; title: string; note?: string; text?: string; picture?: ReactNode }[];
  value: string | undefined;
  onChange(value: string): void;
}

export function ChoiceCards({ label, options, value, onChange }: ChoiceCardsProps) {
  return (
    <RadioGroup aria-label={label} value={value ?? ''} onValueChange={(now) => onChange(now as string)} className={styles['cards']}>
      {options.map((option) => (
        <Radio.Root key={option.value} value={option.value} className={styles['card']} aria-label={[option.title, option.note].filter(Boolean).join(', ')} nativeButton render={<button type="button" />}>
          {option.picture && <span className={styles['picture']}>{option.picture}</span>}
          <span className={styles['title']}>{option.title}</span>
          {option.note && <span className={styles['note']}>{option.note}</span>}
          {option.text && <span className={styles['text']}>{option.text}</span>}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
