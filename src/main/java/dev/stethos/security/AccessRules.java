package dev.stethos.security;

import java.util.Map;
import java.util.Set;

/// Which roles a path is for, beside administrators, who may everything. A path that is not known
/// here, however it is written, is for them alone.
final class AccessRules {
    private static final Set<Role> ALL = Set.of(Role.APP, Role.EVALUATOR);

    private static final Map<String, Set<Role>> PATHS =
            Map.of(
                    "/v1/completions", Set.of(Role.APP),
                    "/v1/chat/completions", Set.of(Role.APP),
                    "/v1/math/solutions", Set.of(Role.APP),
                    "/tokenize", Set.of(Role.APP),
                    "/detokenize", Set.of(Role.APP),
                    "/v1/models", ALL,
                    "/v1/evaluations", Set.of(Role.EVALUATOR),
                    "/q/openapi", ALL);

    private static final Set<String> WITH_ALL_BELOW = Set.of("/v1/models", "/v1/evaluations");

    private AccessRules() {}

    /// `path` without dot segments, doubled slashes and needless escapes.
    static boolean allows(Set<Role> roles, String path) {
        return roles.contains(Role.ADMIN) || others(path).stream().anyMatch(roles::contains);
    }

    /// Whether a path changes what is served, or shows who did.
    static boolean isAdmin(String path) {
        return path.startsWith("/admin");
    }

    private static Set<Role> others(String path) {
        for (String root : WITH_ALL_BELOW) {
            if (path.startsWith(root + "/")) {
                return PATHS.getOrDefault(root, Set.of());
            }
        }
        return PATHS.getOrDefault(path, Set.of());
    }
}
