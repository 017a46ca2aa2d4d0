import type { AgentRole, ContextFile, Finding, SessionKind } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';

/** What a call is for; sent as `X-IDS-Stage` (CONTRACT section 5). */
export type ModelStage = 'deliberation' | 'synthesis' | 'generation' | 'repair';
export type ModelRole = AgentRole | 'coder';

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a call is about, in structured form; the messages say the same in words. The offline model reads only this. */
export interface ModelSubject {
  readonly kind: SessionKind;
  readonly task: string;
  readonly files: readonly ContextFile[];
  readonly missing: readonly string[];
  /** Files, not shown, that import what is shown. */
  readonly related: readonly string[];
  /** The map of the project. */
  readonly map: string;
  /** For a repair: what was wrong with the answer or the change before. */
  readonly findings: readonly Finding[];
}

export interface ModelRequest {
  readonly sessionId: SessionId;
  readonly stage: ModelStage;
  readonly role: ModelRole;
  readonly round: number;
  /** Names this call within its session, the same when a killed job is run again: what was recorded is not asked twice. */
  readonly callKey: string;
  readonly messages: readonly ModelMessage[];
  readonly format: 'json' | 'text';
  readonly maxOutputTokens: number;
  readonly subject: ModelSubject;
}

export interface ModelReply {
  readonly text: string;
  /** The model that answered, as it names itself. */
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly latencyMs: number;
}

/** Any model: OpenAI-compatible, offline, or one that wraps another to record or to meter it. */
export interface ModelPort {
  /** For people; says so if it is the built-in offline model. */
  readonly label: string;
  /**
   * One answer.
   * @throws IdsError `model_unreachable`, `model_unauthorized`, `model_refused`, `model_timeout`, `model_nonsense`
   * (an answer of no use), `budget_exceeded`; of the offline model `not_understood`, `file_not_found` or `no_changes`;
   * what `signal` was aborted with when it was.
   */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}
