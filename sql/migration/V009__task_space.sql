-- When all the tasks of a page are interrupted at the same moment, each new version has to fit beside
-- its old one, or the update is no HOT update any more and writes to every index: that halved the
-- interrupts on five million fresh tasks (measured by `bench`). Holds for pages written from now on.
ALTER TABLE tasks SET (fillfactor = 45);
