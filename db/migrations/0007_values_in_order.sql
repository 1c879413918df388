CREATE TABLE `__new_setup_values` (
	`setup_id` text NOT NULL,
	`metric` text NOT NULL,
	`run_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`value` real NOT NULL,
	`samples` integer,
	PRIMARY KEY(`setup_id`, `metric`, `at`, `run_seq`),
	FOREIGN KEY (`setup_id`,`run_seq`) REFERENCES `setup_runs`(`setup_id`,`run_seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_setup_values`("setup_id", "metric", "run_seq", "at", "value", "samples") SELECT "setup_id", "metric", "run_seq", "at", "value", "samples" FROM `setup_values` ORDER BY "setup_id", "metric", "at", "run_seq";--> statement-breakpoint
DROP TABLE `setup_values`;--> statement-breakpoint
ALTER TABLE `__new_setup_values` RENAME TO `setup_values`;--> statement-breakpoint
ALTER TABLE `alerts` ADD `began` text;--> statement-breakpoint
ALTER TABLE `alerts` ADD `searched_at` integer;