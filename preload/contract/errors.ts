/** @file Errors as they cross every boundary: a code and parameters. Words are found at the edge (resources/locales/<language>/errors.json). */

/** Why a command ended: usage 2, bad input 3, a failed run 4, a device missing 5, cancelled 130, our own bug 1. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 130;

interface ErrorKind {
  readonly exit: ExitCode;
  /** Names of the parameters that the words may use. */
  readonly params: readonly string[];
}

/** One row an error, sorted by the folder that throws it. Each code has words in every language (a test holds them together). */
export const errorKinds = {
  internal: { exit: 1, params: ['detail'] },
  cancelled: { exit: 130, params: ['what'] },
  usage: { exit: 2, params: ['detail'] },
  // platform
  'disk-full': { exit: 4, params: ['path'] },
  'path-not-writable': { exit: 3, params: ['path', 'reason'] },
  'file-call-failed': { exit: 4, params: ['path', 'reason'] },
  // data
  'path-not-found': { exit: 3, params: ['path'] },
  'path-not-readable': { exit: 3, params: ['path', 'reason'] },
  'folder-empty': { exit: 3, params: ['path'] },
  'format-unknown': { exit: 3, params: ['path', 'found'] },
  'pickle-refused': { exit: 3, params: ['path'] },
  'dataset-empty': { exit: 3, params: ['path', 'skipped', 'first', 'reason'] },
  'dataset-exists': { exit: 3, params: ['name'] },
  'dataset-name-invalid': { exit: 3, params: ['name'] },
  'dataset-not-found': { exit: 2, params: ['name', 'known'] },
  'dataset-damaged': { exit: 3, params: ['name', 'path', 'detail'] },
  'original-missing': { exit: 3, params: ['name', 'path'] },
  'original-changed': { exit: 3, params: ['name', 'path'] },
  'view-missing': { exit: 3, params: ['name'] },
  'view-damaged': { exit: 3, params: ['name', 'path', 'expected', 'got'] },
  'trash-not-found': { exit: 2, params: ['id', 'known'] },
  'not-an-image': { exit: 3, params: ['path'] },
  'image-unreadable': { exit: 3, params: ['path', 'detail'] },
  'image-too-large': { exit: 3, params: ['path', 'width', 'height', 'limit'] },
  'file-not-used': { exit: 3, params: ['path'] },
  'folder-loop': { exit: 3, params: ['path'] },
  'labels-count': { exit: 3, params: ['path', 'images', 'labels'] },
  'labels-malformed': { exit: 3, params: ['path', 'detail'] },
  'archive-damaged': { exit: 3, params: ['path', 'detail'] },
  'archive-ratio': { exit: 3, params: ['path', 'entry', 'limit'] },
  'archive-entry-too-large': { exit: 3, params: ['path', 'entry', 'limit'] },
  'archive-overlap': { exit: 3, params: ['path', 'entry'] },
  'archive-too-many-entries': { exit: 3, params: ['path', 'limit'] },
  'archive-fills-disk': { exit: 3, params: ['path', 'free'] },
  'entry-path-refused': { exit: 3, params: ['path', 'rule'] },
  'entry-kind-refused': { exit: 3, params: ['path', 'kind'] },
  'entry-collision': { exit: 3, params: ['path', 'other'] },
  'entry-encrypted': { exit: 3, params: ['path'] },
  'entry-method': { exit: 3, params: ['path', 'method'] },
  'entry-damaged': { exit: 3, params: ['path', 'detail'] },
  'gzip-damaged': { exit: 3, params: ['path', 'detail'] },
  'idx-header': { exit: 3, params: ['path', 'got'] },
  'idx-type': { exit: 3, params: ['path', 'type'] },
  'idx-shape': { exit: 3, params: ['path', 'shape'] },
  'idx-size': { exit: 3, params: ['path', 'expected', 'got'] },
  'idx-several': { exit: 3, params: ['path', 'sets'] },
  'cifar-size': { exit: 3, params: ['path', 'bytes'] },
  'cifar-label': { exit: 3, params: ['path', 'record', 'label', 'classes'] },
  'cifar-mixed': { exit: 3, params: ['path', 'other'] },
  'npy-header': { exit: 3, params: ['path', 'got'] },
  'npy-type': { exit: 3, params: ['path', 'type'] },
  'npy-order': { exit: 3, params: ['path'] },
  'npy-shape': { exit: 3, params: ['path', 'shape'] },
  'npy-size': { exit: 3, params: ['path', 'expected', 'got'] },
  'npy-label': { exit: 3, params: ['path', 'record', 'label'] },
  'npy-several': { exit: 3, params: ['path', 'sets'] },
  // runs
  'run-exists': { exit: 3, params: ['run'] },
  'name-invalid': { exit: 3, params: ['name'] },
  'run-locked': { exit: 3, params: ['run', 'pid', 'host'] },
  'run-interrupted': { exit: 4, params: ['run', 'step'] },
  'run-broken': { exit: 3, params: ['run', 'path', 'detail'] },
  'run-too-new': { exit: 3, params: ['run', 'format', 'known'] },
  'home-too-new': { exit: 3, params: ['path', 'format', 'known'] },
  'home-broken': { exit: 3, params: ['path', 'got'] },
  'notes-too-long': { exit: 3, params: ['run', 'letters', 'tags'] },
  'checkpoint-missing': { exit: 3, params: ['run', 'rejected'] },
  'checkpoint-not-found': { exit: 3, params: ['run', 'step', 'known'] },
  'checkpoint-checksum': { exit: 3, params: ['path', 'expected', 'got'] },
  'checkpoint-unsigned': { exit: 3, params: ['path'] },
  'checkpoint-misplaced': { exit: 3, params: ['path', 'expected', 'got'] },
  'sample-not-found': { exit: 3, params: ['run', 'step', 'known'] },
  'graph-not-found': { exit: 3, params: ['run', 'graph', 'known'] },
  'safetensors-truncated': { exit: 3, params: ['path', 'expected', 'got'] },
  'safetensors-header-too-long': { exit: 3, params: ['path', 'limit', 'got'] },
  'safetensors-header-malformed': { exit: 3, params: ['path', 'detail'] },
  'safetensors-dtype': { exit: 3, params: ['path', 'tensor', 'dtype', 'known'] },
  'safetensors-size': { exit: 3, params: ['path', 'tensor', 'shape', 'expected', 'got'] },
  'safetensors-overlap': { exit: 3, params: ['path', 'tensor', 'expected', 'got'] },
  'safetensors-gap': { exit: 3, params: ['path', 'tensor', 'expected', 'got'] },
  'run-not-found': { exit: 2, params: ['run', 'known'] },
  // supervisor
  'process-died': { exit: 4, params: ['entry', 'how', 'detail'] },
  'out-of-memory': { exit: 4, params: ['entry'] },
  'restart-storm': { exit: 4, params: ['entry', 'count'] },
  // trainer
  'loss-not-finite': { exit: 4, params: ['step', 'name'] },
  'checkpoint-mismatch': { exit: 3, params: ['name', 'expected', 'got'] },
  'dataset-changed': { exit: 3, params: ['dataset', 'run'] },
  'not-training': { exit: 2, params: ['run'] },
  'device-out-of-memory': { exit: 4, params: ['device', 'batchSize', 'smaller'] },
  // analysis
  'pca-too-few-points': { exit: 3, params: ['got', 'least'] },
  'latents-not-finite': { exit: 4, params: ['dimension'] },
  // exports
  'picture-format-unknown': { exit: 2, params: ['path', 'known'] },
  'export-onto-folder': { exit: 3, params: ['path'] },
  'picture-too-large': { exit: 3, params: ['width', 'height', 'frames', 'limit'] },
  'export-path-not-chosen': { exit: 2, params: ['path'] },
  'npz-too-large': { exit: 3, params: ['bytes', 'limit'] },
  'npz-malformed': { exit: 3, params: ['name', 'detail'] },
  'npy-malformed': { exit: 3, params: ['name', 'field', 'got'] },
  'npy-dtype': { exit: 3, params: ['name', 'dtype', 'known'] },
  'npy-pickled': { exit: 3, params: ['name'] },
  'png-malformed': { exit: 3, params: ['detail'] },
  // lab
  'method-not-found': { exit: 2, params: ['method', 'known'] },
  'setting-malformed': { exit: 2, params: ['got'] },
  'setting-unknown': { exit: 2, params: ['setting', 'method', 'known'] },
  'setting-divides': { exit: 2, params: ['method', 'what', 'value', 'divisor'] },
  'setting-value': { exit: 2, params: ['setting', 'expected', 'got'] },
  'limit-missing': { exit: 2, params: ['run', 'steps', 'minutes'] },
  'limit-reached': { exit: 2, params: ['run', 'steps', 'minutes'] },
  // window
  'job-not-found': { exit: 2, params: ['id'] },
  'call-unknown': { exit: 2, params: ['call'] },
  'call-malformed': { exit: 2, params: ['call', 'detail'] },
  'contract-version': { exit: 2, params: ['page', 'lab'] },
  'connection-lost': { exit: 4, params: [] },
  'panel-not-loaded': { exit: 4, params: ['panel', 'detail'] },
  'page-unknown': { exit: 4, params: [] },
  'webgl-missing': { exit: 5, params: ['detail'] },
  'result-malformed': { exit: 1, params: ['call', 'detail'] },
  // serve
  'port-taken': { exit: 3, params: ['port'] },
  'address-unusable': { exit: 3, params: ['host', 'port', 'reason'] },
  'page-not-built': { exit: 3, params: ['path'] },
  'upload-not-found': { exit: 3, params: ['id'] },
  'upload-path-refused': { exit: 3, params: ['path', 'rule'] },
  'upload-collision': { exit: 3, params: ['path', 'other'] },
  'upload-too-many': { exit: 3, params: ['limit'] },
  'upload-fills-disk': { exit: 3, params: ['path', 'free'] },
  'upload-cut': { exit: 3, params: ['path', 'expected', 'got'] },
  // terminal
  'option-unknown': { exit: 2, params: ['option'] },
  'command-unknown': { exit: 2, params: ['command', 'known'] },
  'command-missing': { exit: 2, params: ['known'] },
  'argument-missing': { exit: 2, params: ['argument'] },
  'argument-excess': { exit: 2, params: ['command', 'most', 'got'] },
  'option-value-missing': { exit: 2, params: ['option'] },
  'option-missing': { exit: 2, params: ['option'] },
  'option-not-whole': { exit: 2, params: ['option', 'got', 'least', 'most'] },
  'option-not-positive': { exit: 2, params: ['option', 'got'] },
  'option-not-one-of': { exit: 2, params: ['option', 'got', 'known'] },
  'option-not-size': { exit: 2, params: ['option', 'got'] },
  // devices
  'device-missing': { exit: 5, params: ['device', 'reason', 'usable'] },
  'precision-missing': { exit: 5, params: ['device', 'precision', 'reason'] },
  'cuda-not-offered': { exit: 5, params: ['platform', 'offered'] },
  'cuda-not-fetched': { exit: 4, params: ['source', 'detail'] },
  // inference
  'graph-missing': { exit: 3, params: ['run', 'signature', 'has'] },
  'graph-malformed': { exit: 3, params: ['signature', 'expected', 'got'] },
  'graph-metadata': { exit: 3, params: ['signature', 'key', 'got'] },
  'graph-unreadable': { exit: 3, params: ['run', 'graph', 'detail'] },
  'graph-refused': { exit: 4, params: ['run', 'graph', 'device', 'detail'] },
  'model-not-finite': { exit: 4, params: ['signature', 'output'] },
  'sampler-steps': { exit: 3, params: ['steps', 'most'] },
  'sampler-frames': { exit: 3, params: ['frames', 'most'] },
  'timestep-outside': { exit: 3, params: ['t', 'most'] },
  'walk-part': { exit: 3, params: ['first', 'total', 'expected', 'got'] },
  'split-too-small': { exit: 3, params: ['split', 'count', 'asked'] },
  'image-index-outside': { exit: 3, params: ['index', 'split', 'count'] },
  'images-do-not-fit': { exit: 3, params: ['expected', 'got'] },
  'latent-axis-outside': { exit: 3, params: ['axis', 'size'] },
  'latent-size': { exit: 3, params: ['expected', 'got'] },
  // networks as drawings
  'onnx-unreadable': { exit: 3, params: ['detail'] },
  'onnx-external': { exit: 3, params: ['tensor'] },
  'onnx-operation-unknown': { exit: 3, params: ['operation', 'domain'] },
  'onnx-refused': { exit: 3, params: ['detail'] },
  'network-file-gone': { exit: 3, params: [] },
  'network-file-too-large': { exit: 3, params: ['bytes', 'limit'] },
  'network-tensor-unknown': { exit: 2, params: ['tensor'] },
  'network-input-unknown': { exit: 3, params: ['inputs'] },
  // desktop window and start
  'host-without-dialogs': { exit: 3, params: ['call'] },
  'way-unavailable': { exit: 4, params: ['way', 'reason'] },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;
/** Distributes over codes: an error of one code is an error. */
export type ErrorParams<C extends ErrorCode> = C extends ErrorCode ? { [K in (typeof errorKinds)[C]['params'][number]]: string | number } : never;

export interface ErrorJson {
  code: ErrorCode;
  params: Record<string, string | number>;
}

/** An error the user can act on. `params` hold facts (paths, numbers), never sentences. */
export class LabError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LabError';
  constructor(
    readonly code: C,
    readonly params: ErrorParams<C>,
    options?: { cause?: unknown },
  ) {
    super(`${code} ${JSON.stringify(params)}`, options);
  }

  get exitCode(): ExitCode {
    return errorKinds[this.code].exit;
  }

  toJSON(): ErrorJson {
    return { code: this.code, params: this.params as ErrorJson['params'] };
  }
}

/** What was caught, as it crosses a boundary. Anything that is not a LabError is our own bug: `internal`, with its stack as detail. */
export function errorToJson(caught: unknown): ErrorJson {
  if (caught instanceof LabError) return caught.toJSON();
  return { code: 'internal', params: { detail: caught instanceof Error ? (caught.stack ?? caught.message) : String(caught) } };
}

export function errorFromJson(json: ErrorJson): LabError {
  return new LabError(json.code, json.params as ErrorParams<ErrorCode>);
}
