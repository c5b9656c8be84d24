/** @file A term of the field with its hover card: one sentence, the formula, where to read on. */

import { PreviewCard } from '@base-ui/react/preview-card';
import type { ReactNode } from 'react';
import { useWords } from '../state/words';
import { Formula } from './formula';
import { formulas, sources } from './formulas';
import { useOverPage } from './over-page';
import popupStyles from './popup.module.css';
import styles from './term.module.css';

export interface TermProps {
  /** A row of terms.json: name and text. */
  id: string;
  /** Shown instead of the term's name. */
  children?: ReactNode;
}

export function Term({ id, children }: TermProps) {
  const t = useWords('terms');
  const words = useWords('widgets');
  const source = sources[id];
  const formula = formulas[id];
  const container = useOverPage();
  return (
    <PreviewCard.Root>
      {/* Read with the word; the card adds the formula and where to read on. */}
      <PreviewCard.Trigger delay={300} render={<span role="term" />} tabIndex={0} aria-description={t(`${id}.text`)} className={styles['term']}>
        {children ?? t(`${id}.name`)}
      </PreviewCard.Trigger>
      <PreviewCard.Portal container={container}>
        <PreviewCard.Positioner className={popupStyles['positioner']} sideOffset={6} collisionPadding={8}>
          <PreviewCard.Popup className={`${popupStyles['card']} ${styles['card']}`} role="tooltip">
            <strong>{t(`${id}.name`)}</strong>
            <p>{t(`${id}.text`)}</p>
            {formula && <Formula tex={formula} block />}
            {source && (
              <a href={source} target="_blank" rel="noreferrer">
                {words('readOn')}
              </a>
            )}
          </PreviewCard.Popup>
        </PreviewCard.Positioner>
      </PreviewCard.Portal>
    </PreviewCard.Root>
  );
}
