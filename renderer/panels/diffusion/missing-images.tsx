/** @file In place of images that are not in the library: how to get them. */

import { Database } from 'lucide-react';
import { useState } from 'react';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import type { ImageSource } from './images';

/** The sample dataset's name: what the starter runs were trained on. */
const sampleName = 'digits';

export function MissingImages({ source }: { source: ImageSource }) {
  const t = useWords('diffusion');
  const { datasets, jobs } = useLibrary();
  const [failure, setFailure] = useState<ErrorJson | undefined>(undefined);
  const importing = jobs.find(({ kind, subject, endedAt }) => kind === 'import' && subject === source.name && endedAt === undefined);
  if (datasets === undefined) return <Busy label={t('reading')} />;
  if (importing) {
    return <Busy label={t('importing', { dataset: source.name })} report={importing.progress} unit={t('imagesUnit')} cancelling={importing.state === 'cancelling'} onCancel={() => void lab.jobs.cancel({ id: importing.id })} />;
  }
  const fetchSample = (): void => {
    setFailure(undefined);
    lab.app.importSample({}).catch((caught: unknown) => setFailure(errorToJson(caught)));
  };
  const sample = source.own && source.name === sampleName;
  return (
    <Empty
      icon={Database}
      title={t('missing', { dataset: source.name })}
      text={failure ? <Failed inline error={failure} /> : t(sample ? 'missingSample' : 'missingText')}
      action={
        sample && (
          <Button variant="primary" onClick={fetchSample}>
            {t('fetchSample')}
          </Button>
        )
      }
    />
  );
}
