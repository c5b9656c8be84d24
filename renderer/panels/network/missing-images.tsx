/** @file In place of images that are not in the library: how to get them. */

import { useState } from 'react';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';

/** The sample dataset's name: what the starter runs were trained on. */
const sampleName = 'digits';

export function MissingImages({ name }: { name: string | undefined }) {
  const t = useWords('network');
  const jobs = useLibrary((library) => library.jobs);
  const [failure, setFailure] = useState<ErrorJson | undefined>(undefined);
  const importing = jobs.find(({ kind, subject, endedAt }) => kind === 'import' && subject === name && endedAt === undefined);
  if (importing) return <Busy label={t('importing', { dataset: importing.subject })} report={importing.progress} cancelling={importing.state === 'cancelling'} onCancel={() => void lab.jobs.cancel({ id: importing.id })} />;
  const fetchSample = (): void => {
    setFailure(undefined);
    lab.app.importSample({}).catch((caught: unknown) => setFailure(errorToJson(caught)));
  };
  return (
    <Empty
      title={name === undefined ? t('noImages') : t('missing', { dataset: name })}
      text={failure && <Failed inline error={failure} />}
      action={
        name === sampleName && (
          <Button variant="primary" onClick={fetchSample}>
            {t('fetchSample')}
          </Button>
        )
      }
    />
  );
}
