/** @file Datasets and runs, listed. */

import type { z } from 'zod';
import { useLibrary } from '../../state/library';
import { useWords } from '../../state/words';
import type { PanelProps } from '../panel';
import type { librarySpec, libraryState } from './spec';

export function View(_props: PanelProps<z.output<typeof librarySpec>, z.output<typeof libraryState>>) {
  const t = useWords('window');
  const { datasets, runs } = useLibrary();
  return (
    <div>
      <h2>{t('panel.library.title')}</h2>
      <ul>
        {datasets?.map(({ name, count }) => (
          <li key={name}>
            {name} {t.number(count)}
          </li>
        ))}
      </ul>
      <ul>
        {runs?.map(({ name, method }) => (
          <li key={name}>
            {name} {method}
          </li>
        ))}
      </ul>
    </div>
  );
}
