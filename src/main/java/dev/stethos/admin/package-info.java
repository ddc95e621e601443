/// The admin API: what profiles there are, which are in memory, which one the served name stands
/// for, and who changed it when; `security` says who may. Start at [ActiveResource].
@NullMarked
package dev.stethos.admin;

import org.jspecify.annotations.NullMarked;
