/* fault_command.c - command: whatever a pair of commands does and undoes. */
#include "fault_ring/fault.h"

static int prepare(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	if (!settings->apply_command || !settings->heal_command)
		return err_set(err, "the fault command needs APPLY_COMMAND and "
		                    "HEAL_COMMAND");
	vars_set(vars, "apply_command", settings->apply_command);
	vars_set(vars, "confirm_command", settings->confirm_command);
	vars_set(vars, "heal_command", settings->heal_command);
	vars_set(vars, "healed_command", settings->healed_command);
	return 0;
}

/* What a command starts may go on; its output is kept on the host. */
static const char functions[] =
    "run() {\n"
    "	SERVER_ID=$id sh -c \"$1\" </dev/null "
    ">\"$folder/command_$id.log\" 2>&1 9>&-\n"
    "	code=$?\n"
    "	read -r line <\"$folder/command_$id.log\" || :\n"
    "	why=\"$1 ended with $code${line:+: $line}\"\n"
    "	return $code\n"
    "}\n";

const struct fault fault_command = {
	.name = "command",
	.act = "strike",
	.done = "struck",
	.down = "STRUCK",
	.mend = "heal",
	.mending = "healing",
	.mended = "healed",
	.no_process = true,
	.prepare = prepare,
	.functions = functions,
	.apply = "run \"$apply_command\"\n",
	.confirm = "saw=\"APPLY_COMMAND succeeded\"\n"
	           "[ -z \"$confirm_command\" ] || { run \"$confirm_command\" "
	           "&& saw=\"CONFIRM_COMMAND succeeded\"; }\n",
	.heal = "run \"$heal_command\"\n",
	.healed = "[ -z \"$healed_command\" ] || run \"$healed_command\" || "
	          "return 1\n"
	          "is_up\n",
};
