/** @file What is about to be imported, named in words, before anything is kept: one dialog for all that came together. */

import { X } from 'lucide-react';
import { useMemo } from 'react';
import type { SourceImages } from '../../preload/contract/dataset-images';
import type { Recognition } from '../../preload/contract/datasets';
import { agree, cancelImport, confirmImport, drop, importPaths, isReady, largeBytes, lookAgain, rename, setKeep, startImport, useImporting, type Candidate } from '../state/importing';
import { useWords, type Words } from '../state/words';
import { Button, IconButton } from './button';
import { Checkbox } from './checkbox';
import { Dialog } from './dialog';
import { DropZone } from './drop-zone';
import { Failed } from './failed';
import styles from './import-dialog.module.css';
import { ImageGrid } from './image-grid';
import { Progress } from './progress';
import { SegmentedControl } from './segmented-control';
import { TextField } from './text-field';

/** '1,240 images in 10 folders' */
export function recognitionWords(t: Words, { code, params }: Recognition): string {
  const count = Number(params['images'] ?? params['entries'] ?? 0);
  const shown = t.number(count, { maximumFractionDigits: 0 });
  const folders = Number(params['folders'] ?? 0);
  if (code === 'image-folder') {
    const images = t('imageCount', { count, shown });
    return folders > 0 ? t('recognised.inFolders', { images, count: folders, shown: t.number(folders, { maximumFractionDigits: 0 }) }) : images;
  }
  if (code === 'archive') return t('recognised.archive', { count, shown, bytes: t.bytes(Number(params['bytes'] ?? 0)) });
  return t(`recognised.${code}`, { images: t('imageCount', { count, shown }), size: `${params['width']} × ${params['height']}` });
}

export function ImportDialog() {
  const t = useWords('library');
  const { open, candidates, error } = useImporting();
  const ready = candidates.filter(isReady).length;
  return (
    <Dialog
      open={open}
      onClose={cancelImport}
      title={t('import.title')}
      wide
      actions={
        <>
          <Button onClick={cancelImport}>{t('cancel')}</Button>
          <Button variant="primary" disabled={ready === 0} onClick={() => void confirmImport()}>
            {ready > 1 ? t('import.confirmMany', { count: ready }) : t('import.confirm')}
          </Button>
        </>
      }
    >
      {/* A drop on the dialog is one on the window. */}
      <div className={styles['list']}>
        {candidates.map((candidate) => (
          <Card key={candidate.id} candidate={candidate} alone={candidates.length === 1} />
        ))}
        {error && <Failed inline error={error} />}
        <DropZone small={candidates.length > 0} onImport={(what, folders) => (what instanceof FileList ? startImport(what) : importPaths(what, folders))} />
      </div>
    </Dialog>
  );
}

function Card({ candidate, alone }: { candidate: Candidate; alone: boolean }) {
  const t = useWords('library');
  const { id, step, refused, refusal } = candidate;
  const given = candidate.others > 0 ? t('import.andOthers', { name: candidate.given, count: candidate.others }) : candidate.given;
  return (
    <section className={styles['card']} aria-label={given}>
      <div className={styles['head']}>
        <bdi className={styles['given']} title={given}>
          {given}
        </bdi>
        {!alone && <IconButton small icon={X} label={t('import.leaveOut', { name: given.slice(0, 60) })} onClick={() => drop(id)} />}
      </div>
      {step.at === 'reading' && <Progress label={t('import.reading')} />}
      {step.at === 'sending' && <Sending candidate={candidate} />}
      {step.at === 'looking' && <Progress label={t('import.looking')} />}
      {step.at === 'failed' && <Failed inline error={step.error} onRetry={candidate.from && 'path' in candidate.from ? () => lookAgain(id) : undefined} />}
      {refused > 0 && refusal && <p className={styles['warn']}>{t('import.refused', { count: refused, reason: t.error(refusal).message })}</p>}
      {step.at === 'ready' && <Ready candidate={candidate} found={step.found} />}
    </section>
  );
}

function Sending({ candidate: { step } }: { candidate: Candidate }) {
  const t = useWords('library');
  const report = step.at === 'sending' ? step.report : undefined;
  const bytes = Number(report?.['bytes'] ?? 0) / 1e6;
  const total = Number(report?.['bytesTotal'] ?? 0) / 1e6;
  // Megabytes say more of a few large files, files of many small ones.
  const inMegabytes = report !== undefined && total >= 10;
  return <Progress label={t('import.sending')} report={report && (inMegabytes ? { phase: 'send', done: bytes, total } : report)} unit={t(inMegabytes ? 'import.megabytes' : 'importing.files')} />;
}

type Found = Extract<Candidate['step'], { at: 'ready' }>['found'];

function Ready({ candidate, found }: { candidate: Candidate; found: Found }) {
  const t = useWords('library');
  const { id, name, nameError, keep, images, agreed, from } = candidate;
  const words = nameError && t.error(nameError);
  const large = largeBytes(candidate);
  const archive = found.recognition.code === 'archive';
  const what = archive ? 'unpacked' : from && 'upload' in from ? 'sent' : keep;
  return (
    <>
      <p className={styles['found']}>{recognitionWords(t, found.recognition)}</p>
      {images !== null && <Look images={images} />}
      <div className={styles['fields']}>
        <TextField
          label={t('import.name')}
          value={name}
          maxLength={200}
          onChange={(next) => rename(id, next)}
          error={words && [words.message, words.hint].filter(Boolean).join('. ')}
          className={styles['name']}
          onKeyDown={(event) => event.key === 'Enter' && void confirmImport()}
        />
        {found.canLink && (
          <SegmentedControl label={t('import.keep')} options={(['copy', 'link'] as const).map((value) => ({ value, label: t(`import.${value}`) }))} value={keep} onChange={(next) => setKeep(id, next)} />
        )}
      </div>
      <p className={styles['quiet']}>{t(`import.what.${what}`)}</p>
      {large !== undefined && (
        <div className={styles['warn']}>
          <Checkbox label={t('import.large', { bytes: t.bytes(large), free: t.bytes(found.free) })} checked={agreed} onChange={(now) => agree(id, now)} />
        </div>
      )}
    </>
  );
}

/** The images as a run would see them. */
function Look({ images }: { images: SourceImages | undefined }) {
  const t = useWords('library');
  const pixels = useMemo(() => images && { height: images.view.height, width: images.view.width, channels: images.view.channels, bytes: images.images }, [images]);
  if (!images || !pixels) return <div className={styles['lookWaiting']} aria-hidden />;
  const { height, width } = images.view;
  const zoom = Math.max(1, Math.floor(56 / Math.max(height, width)));
  return (
    <figure className={styles['look']}>
      {/* Two whole rows. */}
      <div className={styles['lookRows']} style={{ maxHeight: 2 * height * zoom + 3 }}>
        <ImageGrid pixels={pixels} count={images.count} zoom={zoom} gap={3} label={t('import.look')} />
      </div>
      <figcaption className={styles['quiet']}>{t('import.lookCaption', { count: images.count, size: `${width} × ${height}`, colour: t(`facts:channels.${images.view.channels}`) })}</figcaption>
    </figure>
  );
}
