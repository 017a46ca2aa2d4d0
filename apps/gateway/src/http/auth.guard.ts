import { IdsError } from '@ids/kernel';
import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Keyring } from './keyring.js';

const PUBLIC = Symbol('ids:public');
const callers = new WeakMap<Request, string>();

/** Open to everybody and not counted: what orchestrators and a browser's first look need. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);

export function isPublic(reflector: Reflector, context: ExecutionContext): boolean {
  return (
    reflector.getAllAndOverride<boolean | undefined>(PUBLIC, [context.getHandler(), context.getClass()]) ??
    false
  );
}

/** The name of the key that sent this request, or `local` where no keys are set. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>());
  if (caller === undefined) throw new IdsError('unauthorized');
  return caller;
});

/** Lets in who has a key. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keyring: Keyring,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (isPublic(this.reflector, context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const caller = this.keyring.callerOf(request.headers.authorization);
    if (caller === null) throw new IdsError('unauthorized');
    callers.set(request, caller);
    return true;
  }
}
