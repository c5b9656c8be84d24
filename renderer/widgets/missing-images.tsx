/** @file In place of images that are not in the library: that they are missing, or on their way, and how to get them. */

import { Database } from 'lucide-react';
import { useState } from 'react';
import { errorToJson, type ErrorJson } from '../../preload/contract/errors';
import { lab } from '../link/lab';
import { useLibrary } from '../state/library';
import { useWords } from '../state/words';
import { Button } from './button';
import { Empty } from './empty';
import { Failed } from './failed';
import { Busy } from './progress';

/** The sample dataset's name: what the models that come with the program were trained on. */
const sampleName = 'digits';

export interface MissingImagesProps {
  /** The dataset that is asked for. */
  name: string;
  /** Whether it is the run's own: then it may be the sample, which comes with the program. */
  own: boolean;
  onLibrary(): void;
}

export function MissingImages({ name, own, onLibrary }: MissingImagesProps) {
  const t = useWords('widgets');
  const { datasets, jobs } = useLibrary();
  const [failure, setFailure] = useState<ErrorJson | undefined>(undefined);
  const sample = own && name === sampleName;
  // Where another dataset has the sample's name, it is imported under the next one.
  const importing = jobs.find(({ kind, subject, endedAt }) => kind === 'import' && endedAt === undefined && (subject === name || (sample && subject.startsWith(sampleName))));
  if (datasets === undefined) return <Busy label={t('missing.looking')} />;
  if (importing) {
    return <Busy label={t('missing.importing', { dataset: name })} report={importing.progress} unit={t('missing.unit')} cancelling={importing.state === 'cancelling'} onCancel={() => void lab.jobs.cancel({ id: importing.id })} />;
  }
  const fetchSample = (): void => {
    setFailure(undefined);
    lab.app.importSample({}).catch((caught: unknown) => setFailure(errorToJson(caught)));
  };
  return (
    <Empty
      icon={Database}
      title={t('missing.title', { dataset: name })}
      text={failure ? <Failed inline error={failure} /> : t(sample ? 'missing.sample' : 'missing.text')}
      action={
        <Button variant="primary" onClick={sample ? fetchSample : onLibrary}>
          {t(sample ? 'missing.fetch' : 'missing.library')}
        </Button>
      }
    />
  );
}
