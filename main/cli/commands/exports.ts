/** @file genoise export. */

import { exportKinds, exportRun, type ExportKind } from '../../lab/exports';
import { oneOf, type Program } from '../command';

export function addExportCommands({ command, run, t }: Program): void {
  command('export <run>')
    .requiredOption('--what <kind>', t('option.what'), oneOf('--what', exportKinds))
    .requiredOption('--out <dir>', t('option.outDir'))
    .action((name: string, { what, out }: { what: ExportKind; out: string }) =>
      run(async (context) => {
        const files = await exportRun(context.lab, name, { what, out, language: context.language, device: context.device }, context.work);
        return { json: { run: name, files }, text: files.map((path) => context.t('exported', { path })).join('\n') };
      }),
    );
}
