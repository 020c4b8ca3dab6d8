// One request to the box and its answer, or a Problem. Knows the wire (JSON, problem+json,
// timeouts); never queues or repeats a write: that is the outbox's.

import { clock } from '../clock.svelte.ts';
import { reach as box } from '../reach.svelte.ts';

export const BASE = '/api/v1';
const TIMEOUT_MS = 15_000;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Query = Record<string, string | number | boolean | null | undefined>;

/** A refusal or a failure. `status` 0 means that the box was not reached: `offline`, `timeout`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }

  /** The box did not answer, or said that it cannot just now: the same request may be repeated. */
  get transient(): boolean {
    return (
      this.status === 0 || this.status === 429 || (this.status >= 502 && this.status <= 504)
    );
  }

  /** Seconds the box asked us to wait. */
  get retryAfter(): number | null {
    const given = this.extra['retry_after_s'];
    return typeof given === 'number' && given >= 0 ? given : null;
  }
}

type Gate = (problem: Problem) => void;
let gate: Gate = () => {};

/** Who is told of 401s (`signed_out`, `not_enrolled`): the session. */
export function onUnauthorised(listener: Gate): void {
  gate = listener;
}

export interface CallOptions {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with its own type (uploads). */
  raw?: Blob;
  headers?: Record<string, string>;
  timeout?: number;
  signal?: AbortSignal;
  /** Do not tell the session of a 401 (sign-in itself, the outbox's own handling). */
  quiet?: boolean;
}

export function url(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `${path.includes('?') ? '&' : '?'}${text}` : '');
}

/** Reads. `path` is under /api/v1 ("/stations/3"). Throws Problem. */
export function get<T>(path: string, query?: Query, options: CallOptions = {}): Promise<T> {
  return call<T>('GET', path, { ...options, query });
}

/** Any request, sent once, now. Writes that change the books go through the outbox instead. */
export async function call<T>(
  method: Method,
  path: string,
  options: CallOptions = {},
): Promise<T> {
  const response = await reach(method, path, options);
  clock.learn(response.headers.get('date'));
  const body = await readBody(response);
  if (response.ok) return body as T;
  const problem = problemOf(response, body);
  if (problem.status === 401 && !options.quiet) gate(problem);
  throw problem;
}

async function reach(method: Method, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  let body: BodyInit | undefined;
  if (options.raw) {
    headers['content-type'] ??= options.raw.type || 'application/octet-stream';
    body = options.raw;
  } else if (method !== 'GET') {
    headers['content-type'] ??= 'application/json';
    body = JSON.stringify(options.body ?? {});
  }
  const limit = AbortSignal.timeout(options.timeout ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await fetch(url(path, options.query), {
      method,
      headers,
      body,
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
    });
    box.found();
    return response;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    box.lost();
    if (limit.aborted) throw new Problem(0, 'timeout', 'The box did not answer in time.');
    throw new Problem(0, 'offline', 'The box cannot be reached.');
  }
}

async function readBody(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch {
    box.lost();
    throw new Problem(0, 'offline', 'The answer was cut off.');
  }
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    if (response.ok) throw new Problem(0, 'garbled', 'The answer could not be read.');
    return null;
  }
}

const KNOWN = new Set(['type', 'title', 'status', 'code', 'detail', 'instance']);
const BY_STATUS: Record<number, string> = {
  400: 'bad_request', 401: 'signed_out', 403: 'forbidden', 404: 'not_found', 413: 'too_large',
  429: 'too_many_requests', 500: 'internal', 502: 'busy', 503: 'busy', 504: 'busy',
};

function problemOf(response: Response, body: unknown): Problem {
  const given = (body && typeof body === 'object' ? body : {}) as Record<string, unknown>;
  const extra = Object.fromEntries(Object.entries(given).filter(([name]) => !KNOWN.has(name)));
  const waits = Number(response.headers.get('retry-after'));
  if (Number.isFinite(waits) && waits > 0) extra['retry_after_s'] ??= waits;
  const code = typeof given['code'] === 'string' ? given['code'] : BY_STATUS[response.status];
  const detail = typeof given['detail'] === 'string' ? given['detail'] : response.statusText;
  return new Problem(response.status, code ?? 'bad_request', detail, extra);
}
