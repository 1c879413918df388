DROP INDEX `attempts_agent`;--> statement-breakpoint
DROP INDEX `quick_tests_result`;