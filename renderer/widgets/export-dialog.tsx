/** @file The dialog of an export: what, in which form, how large, how fast, under which name; with a preview. */

import { Download } from 'lucide-react';
import { useMemo, useState, type FormEvent, type KeyboardEvent } from 'react';
import { errorToJson } from '../../preload/contract/errors';
import { formsOf, isFilm, type ExportForm, type ExportOptions, type ExportWhat } from '../../preload/contract/exports';
import { formChosen, optionsChosen, rememberChoice } from '../state/export-choices';
import { useCommand } from '../state/commands';
import { closeExport, openExport, useExporting, type ExportOffer } from '../state/exporting';
import { startExport } from '../state/exports-made';
import { useLibrary } from '../state/library';
import { useSelection } from '../state/selection';
import { useWords, type Words } from '../state/words';
import { Button } from './button';
import { Dialog } from './dialog';
import styles from './export-dialog.module.css';
import { ExportPreview, useExportPreview } from './export-preview';
import { Failed } from './failed';
import { NumberField } from './number-field';
import { SegmentedControl } from './segmented-control';
import { Select } from './select';
import { TextField } from './text-field';

/** The one export dialog of the page, and the command that opens it for the run that is selected. */
export function ExportDialog() {
  const offers = useExporting((exporting) => exporting.offers);
  const run = useSelection(({ selected }) => (selected?.kind === 'run' ? selected.run : undefined));
  const t = useWords('export');
  useCommand({ id: 'export.run', title: t('commandRun', { run: run ?? '' }), keys: 'mod+shift+e', run: () => run !== undefined && openExport(run), enabled: run !== undefined });
  return (
    <Dialog open={offers !== undefined} onClose={closeExport} title={t('title')} wide>
      {offers && <Choices offers={offers} />}
    </Dialog>
  );
}

const titleOf = (t: Words, { request, title }: ExportOffer): string => title ?? t(`what.${request.what}`);

function Choices({ offers }: { offers: readonly ExportOffer[] }) {
  const t = useWords('export');
  const [place, setPlace] = useState(0);
  const offer = offers[Math.min(place, offers.length - 1)]!;
  return (
    <div className={styles['columns']}>
      {offers.length > 1 && (
        <Select
          label={t('whatLabel')}
          className={styles['what']}
          options={offers.map((one, i) => ({ value: String(i), label: titleOf(t, one) }))}
          value={String(offers.indexOf(offer))}
          onChange={(value) => setPlace(Number(value))}
        />
      )}
      <Making key={place} offer={offer} />
    </div>
  );
}

/** Radios keep Enter for themselves; in a form it means 'go on'. */
function submitFromRadio(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || (event.target as HTMLElement).getAttribute('role') !== 'radio') return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

const scales = [1, 2, 3, 4, 6, 8, 12, 16] as const;
/** Those whose size is that of a drawing, not of pixels of images. */
const drawn: readonly ExportWhat[] = ['latentMap', 'trajectories', 'curves', 'network'];
const usualDelayMs = 80;

function Making({ offer }: { offer: ExportOffer }) {
  const t = useWords('export');
  const { request } = offer;
  const { what, run } = request;
  const abilities = useLibrary(({ runs }) => runs?.find(({ name }) => name === run)?.abilities);
  const forms = useMemo(() => {
    const can = formsOf(request, abilities ?? []);
    return offer.forms ? offer.forms.filter((form) => can.includes(form)) : can;
  }, [request, abilities, offer.forms]);
  const [form, setForm] = useState<ExportForm>(() => formChosen(what, forms));
  const [options, setOptions] = useState<ExportOptions>(() => optionsChosen(what, form));
  const [name, setName] = useState(() => `${run}-${t(`name.${what}`)}`);
  const [failed, setFailed] = useState<Error | undefined>(undefined);
  const [starting, setStarting] = useState(false);
  const state = useExportPreview(request, form, options);
  const change = (patch: ExportOptions): void => setOptions((before) => ({ ...before, ...patch }));

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '' || starting) return;
    setStarting(true);
    try {
      const job = await startExport({ request, form, options, name: name.trim(), language: t.language });
      if (job === undefined) return;
      rememberChoice(what, form, options);
      closeExport();
    } catch (caught) {
      setFailed(caught instanceof Error ? caught : new Error(String(caught)));
    } finally {
      setStarting(false);
    }
  };

  const sized = form === 'png' || isFilm(form);
  const paced = isFilm(form);
  const timed = what === 'walk' || (request.what === 'progress' && request.step === undefined) || (what === 'denoising' && request.what === 'denoising' && request.moment === undefined) || (what === 'samples' && paced);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Enter in a form, wherever the focus is
    <form className={styles['form']} onSubmit={(event) => void submit(event)} onKeyDown={submitFromRadio}>
      <ExportPreview state={state} label={titleOf(t, offer)} />
      <div className={styles['controls']}>
        {forms.length > 1 ? (
          <SegmentedControl
            label={t('form')}
            options={forms.map((one) => ({ value: one, label: one.toUpperCase() }))}
            value={form}
            onChange={(chosen) => {
              setForm(chosen);
              setOptions(optionsChosen(what, chosen));
            }}
          />
        ) : null}
        <p className={styles['note']}>{t(`formNote.${form}`)}</p>
        <div className={styles['fields']}>
          {sized && (
            <Select
              label={t(drawn.includes(what) ? 'sharpness' : 'zoom')}
              options={[{ value: 'auto', label: t('usual') }, ...scales.map((scale) => ({ value: String(scale), label: t('times', { scale }) }))]}
              value={options.scale === undefined ? 'auto' : String(options.scale)}
              onChange={(value) => change({ scale: value === 'auto' ? undefined : Number(value) })}
            />
          )}
          {timed && <NumberField label={t(paced ? 'frames' : 'moments')} value={options.frames} onChange={(frames) => change({ frames })} min={2} max={500} placeholder={t('usual')} format={{ maximumFractionDigits: 0 }} />}
          {paced && <NumberField label={t('delay')} value={options.delayMs ?? usualDelayMs} onChange={(delayMs) => change({ delayMs })} min={20} max={5000} step={10} format={{ maximumFractionDigits: 0 }} />}
        </div>
        <TextField label={t('fileName')} value={name} onChange={setName} help={t('ending', { form })} error={name.trim() === '' ? t('nameMissing') : undefined} maxLength={200} />
        {failed && <Failed error={errorToJson(failed)} inline />}
        <div className={styles['actions']}>
          <Button onClick={closeExport}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" icon={Download} disabled={name.trim() === '' || starting || state.error !== undefined}>
            {t('export')}
          </Button>
        </div>
      </div>
    </form>
  );
}
