CREATE TABLE `result_tags` (
	`tag` text NOT NULL,
	`run_seq` integer NOT NULL,
	PRIMARY KEY(`tag`, `run_seq`),
	FOREIGN KEY (`run_seq`) REFERENCES `runs`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `result_tags_run` ON `result_tags` (`run_seq`);