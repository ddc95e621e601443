/// What an edit costs in time: edited and unedited weights measured alternately on one engine.
/// Start at [DecodeBench], then [PairedTiming]. Offline. It knows nothing about what an edit
/// changes.
@NullMarked
package dev.stethos.bench;

import org.jspecify.annotations.NullMarked;
