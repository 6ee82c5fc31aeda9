import type { Answer, Request } from "../../ipc";

export type Run = Answer<"rotation_get">["rotation"];
export type RunStage = Run["stage"];
export type Plan = Answer<"rotation_plan">["plan"];
export type Key = Plan["keys"][number];
export type LastUse = Key["last_used"];
export type RunTest = Run["tests"][number];
export type OldKeyGiven = Request<"rotation_start">["old_key"];
export type Secret = Answer<"secret_get">["secret"];
export type Board = Answer<"rotation_board">;
export type Policy = Answer<"policy_get">;
