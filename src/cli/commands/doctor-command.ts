import type { Command } from 'commander';
import pc from 'picocolors';
import { EXIT } from '../../contract';
import type { CommandContext, Done } from '../context';
import { doctor } from './doctor';

export function addDoctor(program: Command, context: CommandContext, done: Done): void {
  program
    .command('doctor')
    .description('what is missing on this machine; exit code 1 if anything required is')
    .option('--json', 'print the checks as JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const checks = await doctor();
      const missing = checks.filter(({ ok, required }) => required && !ok);
      if (options.json) context.stdout.write(`${JSON.stringify({ ok: missing.length === 0, checks }, null, 2)}\n`);
      else {
        for (const { ok, required, name, found, advice } of checks) {
          const mark = ok ? pc.green('ok     ') : required ? pc.red('MISSING') : pc.yellow('advice ');
          context.stdout.write(`${mark}  ${name}: ${found}${ok || !advice ? '' : `\n         ${advice}`}\n`);
        }
      }
      done(missing.length === 0 ? EXIT.ok : EXIT.failed);
    });
}
