import { type ServiceModel, shapeOf } from './service-model';

/** Parameters of the query protocol, by the parts of their dotted names. */
interface Branch {
  readonly text?: string;
  readonly below: Map<string, Branch>;
}

/**
 * Reads a call of the AWS query protocol (form-encoded names such as `Parameters.member.1.ParameterKey`) into the SDK's shape.
 * What the model does not know stays, as text, so that a check finds it.
 */
export function readQuery(model: ServiceModel, inputShape: string | undefined, form: URLSearchParams): unknown {
  const root: Mutable = { below: new Map() };
  for (const [name, text] of form) {
    if (name === 'Action' || name === 'Version') continue;
    place(root, name.split('.'), text);
  }
  return inputShape === undefined ? plain(root) : read(model, inputShape, root);
}

interface Mutable extends Branch {
  text?: string;
  readonly below: Map<string, Mutable>;
}

function place(root: Mutable, names: readonly string[], text: string): void {
  let at = root;
  for (const name of names) {
    const next: Mutable = at.below.get(name) ?? { below: new Map() };
    at.below.set(name, next);
    at = next;
  }
  at.text = text;
}

function read(model: ServiceModel, shapeName: string, branch: Branch): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure') {
    const named = new Map(Object.entries(shape.members).map(([name, member]) => [member.locationName ?? name, { name, ...member }]));
    const entries = [...branch.below].map(([name, below]) => {
      const member = named.get(name);
      return member === undefined ? [name, plain(below)] : [member.name, read(model, member.shape, below)];
    });
    return branch.text === undefined || branch.text === '' ? Object.fromEntries(entries) : branch.text;
  }
  if (shape.type === 'list') return readList(model, shape.member?.shape ?? '', shape.member?.locationName ?? 'member', branch);
  if (shape.type === 'map') return readMap(model, shape.value?.shape ?? '', branch);
  return branch.text === undefined ? plain(branch) : scalar(shape.type, branch.text);
}

/** An empty list is sent as the bare name. */
function readList(model: ServiceModel, item: string, itemName: string, branch: Branch): unknown {
  if (branch.below.size === 0) return branch.text === '' ? [] : branch.text;
  const items = branch.below.get(itemName);
  if (items === undefined || branch.below.size !== 1) return plain(branch);
  const numbered = [...items.below].sort(([a], [b]) => Number(a) - Number(b));
  if (numbered.some(([number], index) => number !== String(index + 1))) return plain(branch);
  return numbered.map(([, below]) => read(model, item, below));
}

function readMap(model: ServiceModel, value: string, branch: Branch): unknown {
  const entries = branch.below.get('entry');
  if (entries === undefined) return branch.text === '' ? {} : plain(branch);
  return Object.fromEntries(
    [...entries.below.values()].map((entry) => {
      const below = entry.below.get('value');
      return [entry.below.get('key')?.text, below === undefined ? undefined : read(model, value, below)];
    }),
  );
}

/** A text that stands for a value of a simple type; the text itself where it stands for none. */
export function scalar(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (['integer', 'long', 'double', 'float'].includes(type)) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (type === 'timestamp') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text) : text;
  return type === 'blob' ? Buffer.from(text, 'base64') : text;
}

function plain(branch: Branch): unknown {
  if (branch.below.size === 0) return branch.text;
  return Object.fromEntries([...branch.below].map(([name, below]) => [name, plain(below)]));
}

/** An answer of the query protocol; `value` fits the output shape of the operation. */
export function writeQuery(model: ServiceModel, operation: string, value: unknown, requestId: string): string {
  const output = model.operations[operation]?.output;
  const members = output === undefined ? '' : write(model, output.shape, value);
  const result = output?.resultWrapper === undefined ? members : `<${output.resultWrapper}>${members}</${output.resultWrapper}>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${operation}Response xmlns="${model.metadata.xmlNamespace ?? ''}">${result}${metadata}</${operation}Response>`;
}

/** A refusal of the query protocol. */
export function writeQueryError(
  error: { readonly code: string; readonly message: string; readonly status: number },
  requestId: string,
): string {
  const blame = error.status < 500 ? 'Sender' : 'Receiver';
  const body = `<Type>${blame}</Type><Code>${escaped(error.code)}</Code><Message>${escaped(error.message)}</Message>`;
  return `<ErrorResponse><Error>${body}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

/** What stands inside the element of a value of this shape. */
function write(model: ServiceModel, shapeName: string, value: unknown): string {
  const shape = shapeOf(model, shapeName);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) {
    const name = shape.member?.locationName ?? 'member';
    return value.map((item) => `<${name}>${write(model, shape.member?.shape ?? '', item)}</${name}>`).join('');
  }
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  if (shape.type === 'map') {
    return given
      .map(([key, entry]) => `<entry><key>${escaped(key)}</key><value>${write(model, shape.value?.shape ?? '', entry)}</value></entry>`)
      .join('');
  }
  return given
    .map(([name, member]) => {
      const element = shape.members[name]?.locationName ?? name;
      return `<${element}>${write(model, shape.members[name]?.shape ?? '', member)}</${element}>`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
